package io.github.bge4j.sparse;

import java.util.Arrays;

/** Entries on their way into a vector, in any order. Not thread-safe. */
final class Entries {

  private static final int POSITION_BITS = 31;
  private static final long POSITION = (1L << POSITION_BITS) - 1;

  /** Index (32 bits), then position: sorted as numbers they are in the order of both. */
  private final long[] keys;

  private final float[] values;
  private int size;

  /**
   * Makes an empty list.
   *
   * @param capacity most entries
   */
  Entries(int capacity) {
    this.keys = new long[capacity];
    this.values = new float[capacity];
  }

  /**
   * Adds an entry.
   *
   * @param index from 0 to 2^32 - 1
   * @param value finite
   */
  void add(long index, float value) {
    keys[size] = index << POSITION_BITS | size;
    values[size++] = value;
  }

  /**
   * Returns a vector of the entries.
   *
   * @throws IllegalArgumentException if an index was added twice
   */
  SparseVector unique() {
    Arrays.sort(keys, 0, size);
    for (int i = 1; i < size; i++) {
      if (index(i - 1) == index(i)) {
        throw new IllegalArgumentException("indices must be unique: " + index(i) + " comes twice");
      }
    }
    return build();
  }

  /**
   * Returns a vector in which entries of one index are added: in double, in the order in which they
   * came, rounded to float once.
   *
   * @throws IllegalArgumentException if a sum is too large for a float
   */
  SparseVector summed() {
    Arrays.sort(keys, 0, size);
    return build();
  }

  private SparseVector build() {
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
        throw new IllegalArgumentException(
            "weights of one index must have a finite sum: " + sum + " at index " + index);
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
