package io.github.bge4j.batching;

import java.util.Arrays;

/**
 * The items of one request that have not started, in order of length. Not thread-safe.
 *
 * <p>Kept as one sorted array of {@code length << 32 | ~index}, shape {@code [items]}: among equal
 * lengths the earlier item comes last, so that taking from the end takes longest and first ones
 * first.
 */
final class PendingItems {

  private final long[] sorted;
  private int size;

  /** Sorts items by length; O(n log n) time. */
  PendingItems(int[] lengths) {
    sorted = new long[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      sorted[i] = ((long) lengths[i] << 32) | (~i & 0xffffffffL);
    }
    if (sorted.length > 1) {
      Arrays.sort(sorted);
    }
    size = sorted.length;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Returns the length of the item at a position; positions ascend with length. */
  int length(int position) {
    return (int) (sorted[position] >>> 32);
  }

  /** Returns which item of the request is at a position. */
  int index(int position) {
    return ~(int) sorted[position];
  }

  /** Returns the position of the longest item of at most this length; -1 if all are longer. */
  int floor(long maxLength) {
    if (size == 0 || length(size - 1) <= maxLength) {
      return size - 1;
    }
    int low = 0;
    int high = size - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (length(middle) <= maxLength) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Removes the positions from {@code from} to before {@code to}; moves those after them down. */
  void remove(int from, int to) {
    System.arraycopy(sorted, to, sorted, from, size - to);
    size -= to - from;
  }

  void clear() {
    size = 0;
  }
}
