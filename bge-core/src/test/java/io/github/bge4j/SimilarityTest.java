package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SimilarityTest {

  private static final float[] A = {3, 4};
  private static final float[] B = {-6, 8};

  @ParameterizedTest
  @CsvSource({"COSINE, 0.28", "DOT, 14", "EUCLIDEAN, 9.848857801796104", "MANHATTAN, 13"})
  void of_vectorsOfAnyLength_isWhatItsNameSays(Similarity similarity, double expected) {
    assertThat(similarity.of(A, B)).isEqualTo(expected);
    assertThat(similarity.of(B, A)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"COSINE, NaN", "DOT, 0", "EUCLIDEAN, 5", "MANHATTAN, 7"})
  void of_zeroVector_hasNoCosine(Similarity similarity, double expected) {
    assertThat(similarity.of(A, new float[2])).isEqualTo(Double.valueOf(expected));
  }

  @ParameterizedTest
  @EnumSource
  void of_otherDimension_throws(Similarity similarity) {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> similarity.of(A, new float[3]))
        .withMessage("dense vectors must have one dimension to be compared: 2 != 3; are they of one"
            + " model?");
  }
}
