package io.github.bge4j.sparse;

import java.util.Arrays;

/** Entries of a vector to be, in the order of their indices. Not thread-safe. */
final class Entries {

  private static final int POSITION_BITS = 31;
  private static final long POSITION = (1L << POSITION_BITS) - 1;

  /** Index (32 bits), then position in {@link #values}, ascending; {@link #size} of them count. */
  private final long[] keys;

  private final int size;
  private final float[] values;

  private Entries(long[] keys, int size, float[] values) {
    this.keys = keys;
    this.size = size;
    this.values = values;
  }

  /**
   * Sorts entries by index; those of one index stay in their order.
   *
   * @param indices from 0 to 2^32 - 1, or {@link SparseTokenMapper#NO_INDEX} for what is left out;
   *     overwritten
   * @param values in the order of {@code indices}; not copied
   */
  static Entries sort(long[] indices, float[] values) {
    int size = 0;
    long last = -1;
    long union = 0;
    boolean ascending = true;
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] != SparseTokenMapper.NO_INDEX) {
        long key = indices[i] << POSITION_BITS | i;
        ascending &= key > last;
        last = key;
        union |= key;
        indices[size++] = key;
      }
    }
    return new Entries(ascending ? indices : BucketSort.sorted(indices, size, union), size, values);
  }

  /**
   * Returns a vector of the entries.
   *
   * @throws IllegalArgumentException if an index comes twice
   */
  SparseVector unique() {
    for (int i = 1; i < size; i++) {
      if (index(i - 1) == index(i)) {
        throw new IllegalArgumentException(
            "indices must be unique: " + index(i) + " comes twice; add up its values first");
      }
    }
    return summed();
  }

  /**
   * Returns a vector in which entries of one index are added: in double, in their order, rounded to
   * float once.
   *
   * @throws IllegalArgumentException if a sum is too large for a float
   */
  SparseVector summed() {
    int[] indices = new int[size];
    float[] sums = new float[size];
    int count = 0;
    int next = 0;
    while (next < size) {
      long index = index(next);
      // Not from 0, to which -0 would be added in vain.
      double sum = value(next++);
      while (next < size && index(next) == index) {
        sum += value(next++);
      }
      if (!Float.isFinite((float) sum)) {
        throw new IllegalArgumentException("weights of one index must have a finite sum: " + sum
            + " at index " + index + "; give weights that a float can hold");
      }
      indices[count] = (int) index;
      sums[count++] = (float) sum;
    }
    return count == size
        ? new SparseVector(indices, sums)
        : new SparseVector(Arrays.copyOf(indices, count), Arrays.copyOf(sums, count));
  }

  private long index(int rank) {
    return keys[rank] >>> POSITION_BITS;
  }

  private float value(int rank) {
    return values[(int) (keys[rank] & POSITION)];
  }
}
