package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/** Why a request has no results; one of the four kinds below. */
public abstract sealed class BatchingException extends RuntimeException
    permits OverloadedException,
        DeadlineExceededException,
        ExecutorClosedException,
        BatchFailedException {

  private static final long serialVersionUID = 1L;

  BatchingException(String message, @Nullable Throwable cause, boolean stackTrace) {
    super(message, cause, true, stackTrace);
  }
}
