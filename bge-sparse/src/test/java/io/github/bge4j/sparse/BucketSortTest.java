package io.github.bge4j.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BucketSortTest {

  /** Re-run one failing case with {@code -Dbge.test.seed=N}. */
  static LongStream seeds() {
    Long pinned = Long.getLong("bge.test.seed");
    return pinned == null ? LongStream.range(0, 200) : LongStream.of(pinned);
  }

  private static void assertSorts(long... numbers) {
    long[] expected = numbers.clone();
    Arrays.sort(expected);
    long union = LongStream.of(numbers).reduce(0, (a, b) -> a | b);
    long[] withMore = Arrays.copyOf(numbers, numbers.length + 3);
    assertThat(BucketSort.sorted(withMore, numbers.length, union)).isEqualTo(expected);
  }

  @Test
  void sorted_extremes_areInOrder() {
    assertSorts();
    assertSorts(0);
    assertSorts(Long.MAX_VALUE);
    assertSorts(0, 0, 0);
    assertSorts(Long.MAX_VALUE, 0, Long.MAX_VALUE - 1, 1);
    assertSorts(LongStream.iterate(1000, i -> i - 1).limit(1000).toArray());
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void sorted_randomNumbers_areInOrder(long seed) {
    Random random = new Random(seed);
    int bits = 1 + random.nextInt(63);
    assertSorts(LongStream.generate(() -> random.nextLong() >>> (64 - bits))
        .limit(random.nextInt(600))
        .toArray());
  }

  /** One far away makes all the others share a bucket. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void sorted_numbersThatCrowd_areInOrder(long seed) {
    Random random = new Random(seed);
    long[] numbers = random.longs(random.nextInt(1, 600), 0, 5000).toArray();
    numbers[random.nextInt(numbers.length)] = Long.MAX_VALUE;
    assertSorts(numbers);
  }
}
