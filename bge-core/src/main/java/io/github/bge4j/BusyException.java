package io.github.bge4j;

import java.time.Duration;

/**
 * Thrown at once when a call is refused because of what waits already: the queue is full and the
 * call did not want to wait for room, or it could not be done by its deadline.
 */
public final class BusyException extends BgeException {

  private static final long serialVersionUID = 1L;

  /** Estimated time until the call would be taken. */
  private final Duration retryAfter;

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   * @param retryAfter when to try again
   * @param cause what the executor threw
   */
  BusyException(String message, Duration retryAfter, Throwable cause) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  /**
   * Returns after which time the call would be taken, as far as the measured rate of work tells.
   *
   * @return an estimate, in whole milliseconds, at least 1; a second before anything was measured
   */
  public Duration retryAfter() {
    return retryAfter;
  }
}
