package io.github.bge4j.sparse;

import java.util.Arrays;

/**
 * An immutable sparse vector: parallel arrays of indices and values.
 *
 * <p>Indices are unsigned 32-bit numbers, unique and ascending; values are finite floats. That is
 * the form that Qdrant stores. Two vectors are equal when their indices and values are.
 */
public final class SparseVector {

  private final int[] indices;
  private final float[] values;

  private SparseVector(int[] indices, float[] values) {
    this.indices = indices;
    this.values = values;
  }

  /**
   * Makes a vector of parallel arrays, which are copied.
   *
   * @param indices unsigned 32-bit indices, strictly ascending; shape {@code [n]}
   * @param values finite values; shape {@code [n]}
   * @return the vector; O(n) time
   * @throws IllegalArgumentException if the lengths differ, an index does not ascend, or a value is
   *     not finite
   */
  public static SparseVector of(int[] indices, float[] values) {
    if (indices.length != values.length) {
      throw new IllegalArgumentException(
          "indices and values must have one length: " + indices.length + " != " + values.length);
    }
    for (int i = 0; i < indices.length; i++) {
      if (i > 0 && Integer.compareUnsigned(indices[i - 1], indices[i]) >= 0) {
        throw new IllegalArgumentException("indices must be unique and ascending: "
            + Integer.toUnsignedString(indices[i - 1])
            + " stands before "
            + Integer.toUnsignedString(indices[i])
            + " at position "
            + i);
      }
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "values must be finite: " + values[i] + " at position " + i);
      }
    }
    return new SparseVector(indices.clone(), values.clone());
  }

  /**
   * Returns the number of stored entries.
   *
   * @return 0 or more
   */
  public int size() {
    return indices.length;
  }

  /**
   * Returns the indices, as unsigned 32-bit numbers, ascending.
   *
   * @return a copy; shape {@code [size()]}
   */
  public int[] indices() {
    return indices.clone();
  }

  /**
   * Returns the values in the order of {@link #indices()}.
   *
   * @return a copy; shape {@code [size()]}
   */
  public float[] values() {
    return values.clone();
  }

  /**
   * Returns the dot product with another vector, summed in double in ascending order of the index.
   *
   * @param other any vector over the same index space
   * @return the sum over the indices that both have; O(n + m) time
   */
  public double dot(SparseVector other) {
    double sum = 0;
    int i = 0;
    int j = 0;
    while (i < indices.length && j < other.indices.length) {
      int order = Integer.compareUnsigned(indices[i], other.indices[j]);
      if (order == 0) {
        sum += (double) values[i++] * other.values[j++];
      } else if (order < 0) {
        i++;
      } else {
        j++;
      }
    }
    return sum;
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof SparseVector other
        && Arrays.equals(indices, other.indices)
        && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(indices) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "SparseVector[" + indices.length + " entries]";
  }
}
