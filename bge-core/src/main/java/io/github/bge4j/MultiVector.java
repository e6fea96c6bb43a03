package io.github.bge4j;

import java.util.Arrays;

/**
 * The vectors of the tokens of one text (ColBERT): one row for every token after the first, the
 * closing special token included, each of length 1 (L2) unless normalization is switched off.
 *
 * <p>Immutable and thread-safe.
 */
public final class MultiVector {

  private final float[] values;
  private final int dimension;

  /** Takes over the array: {@code [rows * dimension]}, row-major. */
  MultiVector(float[] values, int dimension) {
    this.values = values;
    this.dimension = dimension;
  }

  /**
   * Makes a multi-vector of rows that were stored earlier.
   *
   * @param rows at least one row, all of one length of at least 1; shape {@code [rows][dimension]};
   *     copied
   * @return the multi-vector
   * @throws InvalidOptionException if there is no row or the rows differ in length
   */
  public static MultiVector of(float[][] rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new InvalidOptionException(
          "a multi-vector must have at least one row of at least one component: "
              + (rows.length == 0 ? "there is no row" : "row 0 is empty")
              + "; pass the rows that toArray() of a model's multi-vector gives");
    }
    int dimension = rows[0].length;
    float[] values = new float[rows.length * dimension];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != dimension) {
        throw new InvalidOptionException("rows must have one length: row " + i + " has "
            + rows[i].length + ", row 0 has " + dimension + "; pass rows of one model");
      }
      System.arraycopy(rows[i], 0, values, i * dimension, dimension);
    }
    return new MultiVector(values, dimension);
  }

  /**
   * Returns the number of rows.
   *
   * @return tokens of the text, special tokens included, minus 1
   */
  public int rows() {
    return values.length / dimension;
  }

  /**
   * Returns the number of components of a row.
   *
   * @return at least 1
   */
  public int dimension() {
    return dimension;
  }

  /**
   * Returns one row.
   *
   * @param row from 0 to {@code rows() - 1}
   * @return a copy; shape {@code [dimension()]}
   */
  public float[] row(int row) {
    return Arrays.copyOfRange(values, row * dimension, (row + 1) * dimension);
  }

  /**
   * Returns all rows.
   *
   * @return a copy; shape {@code [rows()][dimension()]}
   */
  public float[][] toArray() {
    float[][] rows = new float[rows()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(i);
    }
    return rows;
  }

  /**
   * Returns the late-interaction score of a passage for this query: the mean over this query's rows
   * of the best dot product with any row of the passage ({@code colbert_score} of FlagEmbedding
   * 1.4.0).
   *
   * @param passage rows of the same dimension
   * @return from -1 to 1 for normalized rows; O(rows * rows * dimension) time
   * @throws InvalidOptionException if the dimensions differ
   */
  public float maxSim(MultiVector passage) {
    if (dimension != passage.dimension) {
      throw new InvalidOptionException("multi-vectors must have one dimension to be compared: "
          + dimension + " != " + passage.dimension + "; use one model for both");
    }
    double sum = 0;
    for (int q = 0; q < values.length; q += dimension) {
      float best = Float.NEGATIVE_INFINITY;
      for (int p = 0; p < passage.values.length; p += dimension) {
        best = Math.max(best, dot(values, q, passage.values, p, dimension));
      }
      sum += best;
    }
    return (float) (sum / rows());
  }

  /** Four sums at a time: a single one would wait for itself at every step. */
  private static float dot(float[] a, int fromA, float[] b, int fromB, int length) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      sum0 += a[fromA + i] * b[fromB + i];
      sum1 += a[fromA + i + 1] * b[fromB + i + 1];
      sum2 += a[fromA + i + 2] * b[fromB + i + 2];
      sum3 += a[fromA + i + 3] * b[fromB + i + 3];
    }
    for (; i < length; i++) {
      sum0 += a[fromA + i] * b[fromB + i];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof MultiVector other
        && dimension == other.dimension
        && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + dimension;
  }

  @Override
  public String toString() {
    return "MultiVector[rows=" + rows() + ", dimension=" + dimension + "]";
  }
}
