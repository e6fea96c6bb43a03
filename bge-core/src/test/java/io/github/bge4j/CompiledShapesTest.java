package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.RandomCheckpoint.Shape;
import io.github.bge4j.RandomCheckpoint.Storage;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The compiled graph beside a plain encoder, on shapes that no published model has. */
class CompiledShapesTest {

  private static final int BERT_WORDS = 30_522;
  private static final int M3_WORDS = 5_002;

  @TempDir
  private Path folder;

  static Stream<Shape> shapes() {
    return Stream.of(
        new Shape(true, 36, 3, 2, 20, 66, 1, M3_WORDS, 8, Storage.F32),
        new Shape(true, 40, 8, 1, 64, 2_050, 1, M3_WORDS + 998, 40, Storage.F32),
        new Shape(true, 14, 2, 3, 31, 8_194, 2, M3_WORDS, 1, Storage.F32),
        new Shape(true, 21, 1, 2, 7, 300, 1, M3_WORDS, 0, Storage.F32),
        new Shape(true, 48, 4, 2, 96, 130, 1, M3_WORDS, 16, Storage.BF16),
        new Shape(false, 33, 11, 2, 50, 64, 2, BERT_WORDS, 0, Storage.F32),
        new Shape(false, 24, 2, 1, 17, 40, 3, BERT_WORDS + 6, 5, Storage.F16),
        new Shape(false, 16, 4, 4, 16, 512, 2, BERT_WORDS, 0, Storage.BF16));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void embed_anyShape_matchesThePlainEncoder(Shape shape) throws IOException {
    RandomCheckpoint checkpoint = new RandomCheckpoint(shape, 7);
    byte[] tokenizer = shape.xlmRoberta() ? GoldenFiles.m3Tokenizer() : BgeSmall.tokenizerJson();
    checkpoint.write(folder.resolve("model"), tokenizer);
    PlainEncoder plain = new PlainEncoder(checkpoint);
    List<String> texts =
        List.of("", "Zambia", "Zambia, Catalan <pad> Tchad", "a b c d e f g h i ".repeat(30));
    Output[] outputs = shape.multiVectorSize() > 0 ? Output.values() : new Output[] {Output.DENSE};
    for (Pooling pooling : Pooling.values()) {
      try (BgeEmbedder embedder = BgeEmbedder.builder()
          .model(ModelSource.directory(folder.resolve("model")))
          .cacheDirectory(folder.resolve("cache"))
          .pooling(pooling)
          .normalize(false)
          .build()) {
        assertThat(embedder.maxTokens())
            .isEqualTo(shape.xlmRoberta() ? shape.positions() - 2 : shape.positions());
        for (Embedding embedding : embedder.embed(texts, outputs)) {
          double[][] states = plain.states(embedding.tokenIds());
          assertRow(embedding.dense(), pooled(states, pooling));
          if (outputs.length > 1) {
            assertHeads(
                embedding,
                plain,
                states,
                shape.xlmRoberta() ? Set.of(0, 1, 2, 3) : Set.of(0, 100, 101));
          }
        }
      }
    }
  }

  /** A BERT tokenizer has no token for the end, so {@code [SEP]} keeps its weight. */
  private static void assertHeads(
      Embedding embedding, PlainEncoder plain, double[][] states, Set<Integer> unweighted) {
    double[][] rows = plain.linear(states, "colbert_linear.");
    float[][] actual = embedding.multiVector().toArray();
    assertThat(actual).hasDimensions(rows.length - 1, rows[0].length);
    for (int row = 0; row < actual.length; row++) {
      assertRow(actual[row], rows[row + 1]);
    }
    double[][] weights = plain.linear(states, "sparse_linear.");
    int[] ids = embedding.lexicalWeights().indices();
    float[] values = embedding.lexicalWeights().values();
    Map<Integer, Double> largest = new TreeMap<>();
    for (int t = 0; t < weights.length; t++) {
      int id = embedding.tokenIds()[t];
      if (weights[t][0] > 0 && !unweighted.contains(id)) {
        largest.merge(id, weights[t][0], Math::max);
      }
    }
    assertThat(Arrays.stream(ids).boxed()).containsExactlyElementsOf(largest.keySet());
    for (int i = 0; i < ids.length; i++) {
      double weight = Objects.requireNonNull(largest.get(ids[i]));
      assertThat((double) values[i]).isCloseTo(weight, within(1e-5 * Math.max(1, weight)));
    }
  }

  /** The formulas of Sentence Transformers' Pooling, one component after the other. */
  private static double[] pooled(double[][] states, Pooling pooling) {
    double[] vector = new double[states[0].length];
    for (int i = 0; i < vector.length; i++) {
      double sum = 0;
      double weighted = 0;
      double largest = Double.NEGATIVE_INFINITY;
      for (int t = 0; t < states.length; t++) {
        sum += states[t][i];
        weighted += (t + 1) * states[t][i];
        largest = Math.max(largest, states[t][i]);
      }
      int n = states.length;
      vector[i] = switch (pooling) {
        case CLS -> states[0][i];
        case LAST_TOKEN -> states[n - 1][i];
        case MAX -> largest;
        case MEAN -> sum / n;
        case MEAN_SQRT_LENGTH -> sum / Math.sqrt(n);
        case WEIGHTED_MEAN -> weighted / (n * (n + 1) / 2.0);
      };
    }
    return vector;
  }

  /** Raw states reach values of several units, so the tolerance is relative to the largest. */
  private static void assertRow(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5 * scale));
    }
  }
}
