package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real model against public answers; provenance in {@code resources/golden/README.md}. */
class BgeSmallGoldenTest {

  private static final float TOLERANCE = 1e-5f;
  private static final String QUESTION = "What is the capital of France?";
  private static final String ANSWER = "Paris is the capital and most populous city of France.";

  private static BgeEmbedder embedder;

  @BeforeAll
  static void open() {
    embedder = BgeSmall.builder().build();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @Test
  void dense_passages_matchTheReference() {
    List<float[]> vectors = embedder.dense(List.of(QUESTION, ANSWER, ""));
    assertBegins(
        vectors.get(0),
        0.00856469f,
        -0.00665763f,
        -0.03700817f,
        -0.05490639f,
        0.04787302f,
        0.04950663f);
    assertBegins(
        vectors.get(1),
        0.02360207f,
        0.00617473f,
        0.02135243f,
        -0.00591801f,
        0.01511926f,
        0.03664496f);
    assertBegins(
        vectors.get(2),
        0.04846173f,
        -0.00129609f,
        0.01687906f,
        -0.04792946f,
        -0.02287543f,
        0.07020509f);
    assertThat(dot(vectors.get(0), vectors.get(1))).isCloseTo(0.8084059, within(1e-5));
  }

  @Test
  void dense_query_carriesTheInstruction() {
    assertBegins(
        embedder.dense(QUESTION, InputType.QUERY),
        0.0217018f,
        0.01739779f,
        -0.04538698f,
        -0.03557235f,
        0.04997719f,
        0.02169702f);
  }

  @Test
  void dense_anyText_hasLengthOne() {
    float[] vector = embedder.dense(ANSWER);
    assertThat(vector).hasSize(BgeSmall.DIMENSION).hasSize(embedder.dimension());
    assertThat(Math.sqrt(dot(vector, vector))).isCloseTo(1, within(1e-6));
  }

  @Test
  void embed_anyText_reportsWhatTheModelRead() {
    Embedding embedding = embedder.embed(List.of("embedding")).get(0);
    assertThat(embedding.tokenIds()).containsExactly(101, 7861, 8270, 4667, 102);
    assertThat(embedding.tokenCount()).isEqualTo(5);
    assertThat(embedding.truncated()).isFalse();
    assertThat(embedding).hasToString("Embedding[tokens=5, dense=384]");
  }

  @Test
  void dense_fileAsItIs_matchesOurGraph() {
    List<String> texts = List.of(QUESTION, ANSWER, "", "wing ".repeat(600), "中文 😀");
    try (BgeEmbedder ready = BgeEmbedder.builder().model(BgeSmall.ready()).build()) {
      List<float[]> expected = ready.dense(texts);
      List<float[]> actual = embedder.dense(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(actual.get(i)).containsExactly(expected.get(i), within(TOLERANCE));
      }
    }
  }

  @Test
  void pooling_meanAndUnscaled_differFromTheDefault() {
    float[] cls = embedder.dense("");
    try (BgeEmbedder mean =
            BgeSmall.builder().pooling(Pooling.MEAN).normalize(false).build();
        BgeEmbedder raw = BgeSmall.builder().normalize(false).build()) {
      float[] unscaled = raw.dense("");
      double norm = Math.sqrt(dot(unscaled, unscaled));
      assertThat(norm).isGreaterThan(1.5);
      for (int i = 0; i < cls.length; i++) {
        assertThat((double) cls[i]).isCloseTo(unscaled[i] / norm, within(1e-6));
      }
      assertThat(Arrays.equals(mean.dense(""), unscaled)).isFalse();
    }
  }

  private static void assertBegins(float[] vector, float... expected) {
    assertThat(Arrays.copyOf(vector, expected.length)).containsExactly(expected, within(TOLERANCE));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
