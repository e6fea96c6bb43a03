package io.github.bge4j.qdrant;

import io.github.bge4j.InvalidOptionException;
import java.time.Duration;

/**
 * How often and how long after a failure a call is made again. Only failures that may pass are:
 * UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED (but for an answer that is too large for the
 * client) and ABORTED. The pause before the n-th retry is random, from half of {@code first *
 * 2^(n-1)} to the whole, and no longer than {@code longest}; where the server says when to come
 * back, no shorter than that.
 *
 * @param attempts how often a call is made at most, the first time included; at least 1
 * @param first the longest first pause, more than 0
 * @param longest the longest pause, at least {@code first}
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {

  /** Ten attempts within about a minute. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(10, Duration.ofMillis(200), Duration.ofSeconds(20));

  /**
   * Checks the bounds.
   *
   * @param attempts at least 1
   * @param first more than 0
   * @param longest at least {@code first}
   * @throws InvalidOptionException if one is out of bounds
   */
  public RetryPolicy {
    if (attempts < 1) {
      throw new InvalidOptionException(
          "attempts must be at least 1: " + attempts + "; 1 makes a call once");
    }
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new InvalidOptionException(
          "pauses must be above 0, and the longest no shorter than the first: " + first + ", "
              + longest);
    }
  }

  /** Returns the pause after a failed attempt, as its share of the range from 0 to 1 says. */
  Duration pause(int failedAttempts, double share) {
    double full = Math.min(
        (double) longest.toNanos(),
        (double) first.toNanos() * Math.pow(2, Math.min(failedAttempts - 1, 62)));
    return Duration.ofNanos((long) (full / 2 * (1 + share)));
  }
}
