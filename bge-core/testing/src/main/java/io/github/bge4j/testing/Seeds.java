package io.github.bge4j.testing;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * The seeds of a test's random cases; {@code -Dbge.test.seed=N} leaves one of them, to run a
 * failing case again.
 *
 * @param first the least
 * @param count how many, each greater by one
 */
public record Seeds(long first, long count) {

  /**
   * Returns the seeds from 0 on, or the one that was asked for.
   *
   * @param count how many there are otherwise
   */
  public static Seeds upTo(long count) {
    Long pinned = Long.getLong("bge.test.seed");
    return pinned == null ? new Seeds(0, count) : new Seeds(pinned, 1);
  }

  /** Returns them in order. */
  public LongStream stream() {
    return LongStream.range(first, first + count);
  }

  /** Returns the arguments of a parameterized test: each value with each seed. */
  public <T> Stream<Arguments> with(T[] values) {
    return Stream.of(values).flatMap(value -> stream().mapToObj(seed -> Arguments.of(value, seed)));
  }
}
