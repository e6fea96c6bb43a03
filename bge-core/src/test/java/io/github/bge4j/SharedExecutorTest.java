package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An embedder and a reranker on one executor, called asynchronously. */
@Timeout(120)
class SharedExecutorTest {

  private static final List<String> TEXTS = IntStream.range(0, 60)
      .mapToObj(i -> "Zambia, Catalan and Tchad ".repeat(i % 7) + "text " + i % 13)
      .toList();

  private static final List<List<Output>> WISHES = List.of(
      List.of(Output.DENSE),
      List.of(Output.SPARSE),
      List.of(Output.MULTI_VECTOR, Output.DENSE),
      List.of(Output.values()));

  @TempDir
  private Path folder;

  private static BgeEmbedderBuilder embedder() {
    return BgeEmbedder.builder().model(ModelSource.directory(GoldenFiles.path("m3")));
  }

  private BgeRerankerBuilder reranker() throws IOException {
    Path model = GoldenFiles.writeModel("reranker-label0", folder.resolve("reranker"));
    return BgeReranker.builder().model(ModelSource.directory(model));
  }

  @Test
  void manyCallsOfBothWithAllWishes_giveWhatEachGivesAlone() throws IOException {
    List<Embedding> alone;
    List<PairScore> scores;
    List<TextPair> pairs =
        TEXTS.stream().map(text -> new TextPair("Tchad", text)).toList();
    try (BgeEmbedder embedder = embedder().build();
        BgeReranker reranker = reranker().build()) {
      alone = embedder.embed(TEXTS, Output.values());
      scores = reranker.scores(pairs);
    }
    try (BatchExecutor executor = BatchExecutor.builder().workers(2).build();
        BgeEmbedder embedder = embedder().executor(executor).build();
        BgeReranker reranker = reranker().executor(executor).build()) {
      List<CompletableFuture<Void>> calls = new ArrayList<>();
      Random random = new Random(3);
      for (int call = 0; call < 300; call++) {
        int i = random.nextInt(TEXTS.size());
        List<Output> wish = WISHES.get(random.nextInt(WISHES.size()));
        calls.add(embedder
            .embedAsync(TEXTS.get(i), wish.toArray(Output[]::new))
            .thenAccept(embedding -> assertIs(embedding, alone.get(i), wish)));
        calls.add(reranker
            .scoresAsync(List.of(pairs.get(i)))
            .thenAccept(score -> assertThat(score).containsExactly(scores.get(i))));
      }
      calls.add(embedder.embedAsync(TEXTS, InputType.PASSAGE, Output.values()).thenAccept(all -> {
        for (int i = 0; i < TEXTS.size(); i++) {
          assertIs(all.get(i), alone.get(i), List.of(Output.values()));
        }
      }));
      CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
    }
  }

  private static void assertIs(Embedding actual, Embedding expected, List<Output> wish) {
    assertThat(actual.tokenIds()).isEqualTo(expected.tokenIds());
    if (wish.contains(Output.DENSE)) {
      assertThat(actual.dense()).isEqualTo(expected.dense());
    } else {
      assertThatExceptionOfType(RuntimeException.class).isThrownBy(actual::dense);
    }
    if (wish.contains(Output.SPARSE)) {
      assertThat(actual.lexicalWeights()).isEqualTo(expected.lexicalWeights());
    } else {
      assertThatExceptionOfType(RuntimeException.class).isThrownBy(actual::lexicalWeights);
    }
    if (wish.contains(Output.MULTI_VECTOR)) {
      assertThat(actual.multiVector().toArray())
          .isEqualTo(expected.multiVector().toArray());
    }
  }

  @Test
  void closingOne_leavesTheOtherAndTheExecutorOpen() throws IOException {
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build();
        BgeReranker reranker = reranker().executor(executor).build()) {
      BgeEmbedder embedder = embedder().executor(executor).build();
      embedder.close();
      String closed = "the embedder is closed; use it before close()";
      assertThatExceptionOfType(ClosedException.class)
          .isThrownBy(() -> embedder.dense("a"))
          .withMessage(closed);
      assertThat(embedder.embedAsync("a").handle((value, failure) -> failure).join())
          .isInstanceOf(ClosedException.class)
          .hasMessage(closed);
      assertThat(reranker.score("a", "b")).isFinite();
    }
  }

  @Test
  void twoModelsOfOneKind_reportUnderTheirNames() {
    Set<String> reported = ConcurrentHashMap.newKeySet();
    BatchListener listener = new BatchListener() {
      @Override
      public void batchRan(BatchReport report) {
        reported.add(report.queue());
      }
    };
    try (BatchExecutor executor =
            BatchExecutor.builder().workers(1).listener(listener).build();
        BgeEmbedder one = embedder().executor(executor).name("m3").build();
        BgeEmbedder other = embedder().executor(executor).build()) {
      one.dense("a");
      other.dense("a");
      assertThat(reported).containsExactlyInAnyOrder("m3", "embedder");
    }
  }

  @Test
  void closedExecutor_isNamedAndRefusesModels() {
    BatchExecutor executor = BatchExecutor.builder().workers(1).build();
    try (BgeEmbedder embedder = embedder().executor(executor).build()) {
      executor.close();
      assertThatExceptionOfType(ClosedException.class)
          .isThrownBy(() -> embedder.dense("a"))
          .withMessage("the executor of the embedder is closed; close it after its models");
      assertThat(embedder.embedAsync("a").handle((value, failure) -> failure).join())
          .isInstanceOf(ClosedException.class)
          .hasMessageStartingWith("the executor of the embedder is closed");
    }
    assertThatExceptionOfType(ClosedException.class)
        .isThrownBy(() -> embedder().executor(executor).build())
        .withMessageContaining("executor");
  }

  @Test
  void manyCallsWithADeadline_allWaitForRoom() {
    try (BatchExecutor executor =
            BatchExecutor.builder().workers(1).maxQueuedItems(64).build();
        BgeEmbedder embedder = embedder().executor(executor).build()) {
      RequestOptions patient = RequestOptions.within(Duration.ofMinutes(5));
      List<String> texts = TEXTS.subList(0, 8);
      List<List<Embedding>> results = IntStream.range(0, 60)
          .mapToObj(i -> CompletableFuture.supplyAsync(
              () -> embedder.embed(texts, InputType.PASSAGE, patient, Output.DENSE),
              task -> new Thread(task).start()))
          .toList()
          .stream()
          .map(CompletableFuture::join)
          .toList();
      assertThat(results).hasSize(60).allSatisfy(all -> assertThat(all).hasSize(8));
    }
  }

  @Test
  void aModelCalledFromACallback_doesNotDeadlock() {
    try (BgeEmbedder embedder = embedder().workers(1).build()) {
      List<CompletableFuture<float[]>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String text = "text " + i;
        calls.add(embedder
            .embedAsync(text, Output.DENSE)
            .thenApply(embedding -> embedder.embedAsync(text).join().dense()));
      }
      calls.forEach(call -> assertThat(call.join()).hasSize(64));
    }
  }

  @Test
  void badInput_failsTheFuture() {
    try (BgeEmbedder embedder = embedder().build()) {
      assertThat(embedder
              .embedAsync("a \udc00")
              .handle((value, failure) -> failure)
              .join())
          .isInstanceOf(InvalidTextException.class);
      assertThat(embedder
              .embedAsync(List.of(), InputType.QUERY)
              .handle((value, failure) -> failure)
              .join())
          .isInstanceOf(InvalidTextException.class);
    }
  }

  @Test
  void fullQueue_isRejectedAsTheCallerWishes() {
    try (BatchExecutor executor =
            BatchExecutor.builder().workers(1).maxQueuedItems(2).build();
        BgeEmbedder embedder = embedder().executor(executor).build()) {
      RequestOptions reject = RequestOptions.query().refusedWhenFull();
      int rejected = 0;
      for (int i = 0; i < 500; i++) {
        CompletableFuture<List<Embedding>> call =
            embedder.embedAsync(List.of("text"), InputType.QUERY, reject);
        if (call.isCompletedExceptionally()) {
          assertThat(call.handle((value, failure) -> failure).join())
              .isInstanceOf(BusyException.class);
          rejected++;
        }
      }
      assertThat(rejected).isPositive();
      // A call that says nothing waits for room.
      assertThat(embedder.dense("text", InputType.QUERY)).hasSize(64);
    }
  }

  @Test
  void workersWithAnExecutor_throws() {
    try (BatchExecutor executor = BatchExecutor.builder().build()) {
      assertThatExceptionOfType(InvalidOptionException.class)
          .isThrownBy(() -> embedder().workers(3).executor(executor).build())
          .withMessage("workers must not be set with an executor: 3; a shared executor has workers"
              + " of its own");
    }
  }
}
