package io.github.bge4j.batching;

import java.time.Duration;

/**
 * Thrown to a caller whose request was not done by its deadline. It has no stack trace, as an
 * overloaded executor throws many.
 */
public final class DeadlineExceededException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DeadlineExceededException(String queue, long allowedNanos) {
    super("the request to '" + queue + "' was not done by its deadline, "
        + Duration.ofNanos(allowedNanos).toMillis()
        + " ms after submission; send less or allow more time");
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
