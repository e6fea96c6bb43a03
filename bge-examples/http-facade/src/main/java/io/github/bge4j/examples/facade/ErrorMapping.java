package io.github.bge4j.examples.facade;

import io.github.bge4j.BusyException;
import io.github.bge4j.ClosedException;
import io.github.bge4j.DeadlineException;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.batching.DeadlineExceededException;
import io.github.bge4j.batching.ExecutorClosedException;
import io.github.bge4j.batching.OverloadedException;
import io.undertow.util.StatusCodes;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/** Says what each failure means to the client. */
final class ErrorMapping {

  private ErrorMapping() {}

  static ApiException of(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof ApiException e) {
      return e;
    }
    if (cause instanceof BusyException || cause instanceof OverloadedException) {
      return new ApiException(429, "overloaded", null, String.valueOf(cause.getMessage()));
    }
    if (cause instanceof DeadlineException || cause instanceof DeadlineExceededException) {
      // Not 503: the request was taken, and its time passed upstream of the answer.
      return new ApiException(
          504,
          "deadline_exceeded",
          null,
          "the request was not done within REQUEST_TIMEOUT_MS; send fewer texts or try later");
    }
    if (cause instanceof InvalidTextException || cause instanceof InvalidOptionException) {
      return ApiException.value("invalid_value", null, String.valueOf(cause.getMessage()));
    }
    if (cause instanceof ClosedException
        || cause instanceof ExecutorClosedException
        || cause instanceof RejectedExecutionException
        || cause instanceof CancellationException) {
      return new ApiException(503, "closing", null, "the service is shutting down; try later");
    }
    return new ApiException(500, "internal", null, "internal error; the log says more");
  }

  /** Returns what a status of Undertow's own means. */
  static ApiException ofStatus(int status) {
    return status == 503
        ? of(new CancellationException())
        : new ApiException(status, "refused", null, StatusCodes.getReason(status));
  }

  /** Returns how long to wait before the next try, in milliseconds; 0 if that is of no use. */
  static long retryAfterMillis(Throwable failure, int status) {
    Throwable cause = cause(failure);
    if (cause instanceof BusyException busy) {
      return Math.max(1, busy.retryAfter().toMillis());
    } else if (cause instanceof OverloadedException full) {
      return Math.max(1, full.retryAfter().toMillis());
    }
    return status == 503 ? 1_000 : 0;
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof TeiException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
