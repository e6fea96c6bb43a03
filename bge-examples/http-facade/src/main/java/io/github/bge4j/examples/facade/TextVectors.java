package io.github.bge4j.examples.facade;

import io.github.bge4j.MultiVector;
import io.github.bge4j.sparse.SparseVector;
import org.jspecify.annotations.Nullable;

/**
 * What a model says of one text.
 *
 * @param tokens how many it read
 * @param truncated whether it left out the text's end
 * @param dense shape {@code [dimension]}, not copied, or null if it was not asked for
 * @param weights lexical weights by index of a database, or null if they were not asked for
 * @param tokenWeights the same by token id
 * @param multiVector a vector for each token but the first, or null if they were not asked for
 */
record TextVectors(
    int tokens,
    boolean truncated,
    float @Nullable [] dense,
    @Nullable SparseVector weights,
    @Nullable SparseVector tokenWeights,
    @Nullable MultiVector multiVector) {

  /**
   * Checks what JSON cannot hold, before an answer begins.
   *
   * @throws IllegalStateException if the model computed a number that is not finite
   */
  TextVectors {
    if (dense != null) {
      checkFinite(dense);
    }
    if (weights != null) {
      checkFinite(weights.values());
    }
    if (multiVector != null) {
      for (int row = 0; row < multiVector.rows(); row++) {
        checkFinite(multiVector.row(row));
      }
    }
  }

  /** Makes one without anything by token. */
  TextVectors(
      int tokens, boolean truncated, float @Nullable [] dense, @Nullable SparseVector weights) {
    this(tokens, truncated, dense, weights, null, null);
  }

  private static void checkFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalStateException(
            "a vector must be finite to be JSON: " + value + "; this is a bug of the model");
      }
    }
  }
}
