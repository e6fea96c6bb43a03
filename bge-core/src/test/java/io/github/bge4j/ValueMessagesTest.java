package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What values say of arguments that they cannot take: rule, value and remedy. */
class ValueMessagesTest {

  @Test
  void multiVector_withoutRowsOfOneLength_isRefused() {
    assertRefused(
        () -> MultiVector.of(new float[0][]),
        "a multi-vector must have at least one row of at least one component: there is no row; pass"
            + " the rows that toArray() of a model's multi-vector gives");
    assertRefused(
        () -> MultiVector.of(new float[1][0]),
        "a multi-vector must have at least one row of at least one component: row 0 is empty; pass"
            + " the rows that toArray() of a model's multi-vector gives");
    assertRefused(
        () -> MultiVector.of(new float[][] {{1, 2}, {1}}),
        "rows must have one length: row 1 has 1, row 0 has 2; pass rows of one model");
  }

  @Test
  void weights_negativeOrWithoutASum_areRefused() {
    assertRefused(
        () -> new HybridScore.Weights(1, -1, 0),
        "weights must be finite and not negative: 1.0, -1.0, 0.0; give 0 to what shall not count");
    assertRefused(
        () -> new HybridScore.Weights(0, 0, 0),
        "at least one weight must be positive: all are 0; take Weights.EQUAL for the usual ones");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(InvalidOptionException.class).isThrownBy(call).withMessage(message);
  }
}
