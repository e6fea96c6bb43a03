package io.github.bge4j.batching;

import java.time.Duration;

/** Time since the executor was made, in nanoseconds. Thread-safe as the ticker is. */
final class Clock {

  /** A time that never comes: 146 years, half of the range, so that sums do not overflow. */
  static final long FOREVER = Long.MAX_VALUE / 2;

  private final Ticker ticker;
  private final long origin;

  Clock(Ticker ticker) {
    this.ticker = ticker;
    this.origin = ticker.read();
  }

  long now() {
    return ticker.read() - origin;
  }

  /**
   * Returns the nanoseconds of a duration, {@link #FOREVER} if it is longer.
   *
   * @throws IllegalArgumentException if it is negative
   */
  static long nanos(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative: " + duration);
    }
    return duration.compareTo(Duration.ofNanos(FOREVER)) > 0 ? FOREVER : duration.toNanos();
  }
}
