package io.github.bge4j.batching;

import java.time.Duration;

/**
 * Thrown to a caller whose request was not done by its deadline, or could not be even if nothing
 * else were to do. It has no stack trace, as an overloaded executor throws many.
 */
public final class DeadlineExceededException extends BatchingException {

  private static final long serialVersionUID = 1L;

  private DeadlineExceededException(String message) {
    super(message, null, false);
  }

  static DeadlineExceededException passed(String queue, int items, long allowedNanos) {
    return new DeadlineExceededException(the(items) + " to '" + queue
        + "' was not done by its deadline, " + Duration.ofNanos(allowedNanos).toMillis()
        + " ms after submission; send less or allow more time");
  }

  /** A request would be late even if nothing else were to do. */
  static DeadlineExceededException unreachable(
      String queue, int items, long allowedNanos, long lateNanos) {
    return new DeadlineExceededException(the(items) + " to '" + queue + "' must be done within "
        + Duration.ofNanos(allowedNanos).toMillis() + " ms: alone it takes "
        + (1 + Duration.ofNanos(lateNanos).toMillis())
        + " ms longer; send less or allow more time");
  }

  private static String the(int items) {
    return "the request of " + items + (items == 1 ? " item" : " items");
  }
}
