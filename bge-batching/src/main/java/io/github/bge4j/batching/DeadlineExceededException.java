package io.github.bge4j.batching;

import java.time.Duration;

/**
 * Thrown to a caller whose request was not done by its deadline. It has no stack trace, as an
 * overloaded executor throws many.
 */
public final class DeadlineExceededException extends BatchingException {

  private static final long serialVersionUID = 1L;

  DeadlineExceededException(String queue, int items, long allowedNanos) {
    super(
        "the request of " + items + (items == 1 ? " item" : " items") + " to '" + queue
            + "' was not done by its deadline, "
            + Duration.ofNanos(allowedNanos).toMillis()
            + " ms after submission; send less or allow more time",
        null,
        false);
  }
}
