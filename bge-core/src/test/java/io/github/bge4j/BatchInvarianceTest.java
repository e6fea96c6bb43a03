package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same text gives the same bits, whatever stands around it and whoever asks. */
@SuppressWarnings("NullAway.Init") // the fields are set before each invocation of the class
@ParameterizedClass
@EnumSource
class BatchInvarianceTest {

  enum Graph {
    OURS,
    OURS_IN_INT8,
    AS_EXPORTED
  }

  private static final int[] WORD_COUNTS = {
    0, 0, 1, 1, 1, 2, 2, 3, 5, 5, 5, 8, 13, 13, 21, 40, 40, 90, 200, 600
  };

  private static final List<String> TEXTS = texts();

  private static BgeEmbedder embedder;
  private static List<float[]> alone;

  @Parameter
  private Graph graph = Graph.OURS;

  @BeforeParameterizedClassInvocation
  static void open(Graph graph) {
    embedder = builder(graph).workers(2).build();
    alone = TEXTS.stream().map(embedder::dense).toList();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    embedder.close();
  }

  private static BgeEmbedderBuilder builder(Graph graph) {
    return BgeEmbedder.builder()
        .model(graph == Graph.AS_EXPORTED ? BgeSmall.ready() : BgeSmall.source())
        .precision(graph == Graph.OURS_IN_INT8 ? Precision.INT8 : Precision.FP32);
  }

  static LongStream seeds() {
    return Seeds.upTo(3).stream();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void dense_shuffledBatchWithRepeats_matchesTextsAlone(long seed) {
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < TEXTS.size(); i++) {
      int copies = 1 + (i < 10 ? random.nextInt(4) : 0);
      order.addAll(Collections.nCopies(copies, i));
    }
    Collections.shuffle(order, random);
    List<float[]> together = embedder.dense(order.stream().map(TEXTS::get).toList());
    for (int i = 0; i < order.size(); i++) {
      assertThat(together.get(i)).isEqualTo(alone.get(order.get(i)));
    }
  }

  @Test
  void dense_fromEightThreads_matchesTextsAlone() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<float[]>>> calls = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        List<String> mine = caller % 2 == 0 ? TEXTS.subList(0, 17) : TEXTS.subList(caller, 18);
        calls.add(callers.submit(() -> embedder.dense(mine)));
      }
      for (int caller = 0; caller < 8; caller++) {
        List<float[]> vectors = calls.get(caller).get();
        for (int i = 0; i < vectors.size(); i++) {
          assertThat(vectors.get(i)).isEqualTo(alone.get(caller % 2 == 0 ? i : i + caller));
        }
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void dense_withOneAndWithEightWorkers_matchesTextsAlone() {
    for (int workers : new int[] {1, 8}) {
      try (BgeEmbedder other = builder(graph).workers(workers).build()) {
        List<float[]> together = other.dense(TEXTS);
        for (int i = 0; i < TEXTS.size(); i++) {
          assertThat(together.get(i)).isEqualTo(alone.get(i));
        }
      }
    }
  }

  private static List<String> texts() {
    Random random = new Random(42);
    String[] words = {
      "wing", "flow", "Paris", "中文", "heat", "42", "embedding", "pressure", "naïve", "😀"
    };
    List<String> texts = new ArrayList<>();
    for (int count : WORD_COUNTS) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < count; i++) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
