package io.github.bge4j.sparse;

import java.util.Arrays;

/**
 * Sorts numbers that spread evenly, as hashes do, in a quarter of the time of a plain sort: into
 * about as many buckets as there are numbers, by their leading bits; few buckets then have more
 * than two. Numbers that crowd get the plain sort.
 */
final class BucketSort {

  /** Most numbers of a bucket for which shifting them one by one is quick. */
  private static final int CROWD = 16;

  private BucketSort() {}

  /**
   * Returns the first {@code size} numbers in ascending order.
   *
   * @param numbers not negative
   * @param union the bits that any of them has
   * @return a new array of {@code size} numbers
   */
  static long[] sorted(long[] numbers, int size, long union) {
    int bucketBits = Integer.SIZE - Integer.numberOfLeadingZeros(size);
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(union) - bucketBits);
    int[] places = new int[1 << bucketBits];
    for (int i = 0; i < size; i++) {
      places[(int) (numbers[i] >>> shift)]++;
    }
    int largest = 0;
    int begin = 0;
    for (int bucket = 0; bucket < places.length; bucket++) {
      int members = places[bucket];
      largest = Math.max(largest, members);
      places[bucket] = begin;
      begin += members;
    }
    long[] sorted = new long[size];
    for (int i = 0; i < size; i++) {
      sorted[places[(int) (numbers[i] >>> shift)]++] = numbers[i];
    }
    if (largest > CROWD) {
      Arrays.sort(sorted);
    } else {
      shiftIntoPlace(sorted);
    }
    return sorted;
  }

  private static void shiftIntoPlace(long[] numbers) {
    for (int i = 1; i < numbers.length; i++) {
      long number = numbers[i];
      int place = i;
      while (place > 0 && numbers[place - 1] > number) {
        numbers[place] = numbers[place - 1];
        place--;
      }
      numbers[place] = number;
    }
  }
}
