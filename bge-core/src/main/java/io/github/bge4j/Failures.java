package io.github.bge4j;

import io.github.bge4j.batching.BatchFailedException;
import io.github.bge4j.batching.ExecutorClosedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Turns what the executor throws into what a model throws. */
record Failures(String model) {

  /**
   * Translates a failure.
   *
   * @return an exception of this library, or one of the executor that says more: that its queue is
   *     full or a deadline has passed
   */
  RuntimeException translate(Throwable failure) {
    if (failure instanceof ExecutorClosedException || failure instanceof ClosedException) {
      return closed();
    }
    Throwable cause = failure.getCause();
    if (cause != null
        && (failure instanceof CompletionException || failure instanceof ExecutionException)) {
      return translate(cause);
    }
    if (cause != null && failure instanceof BatchFailedException) {
      // A new one: several callers may get the failure of one batch.
      return new InferenceException(
          cause instanceof InferenceException
              ? String.valueOf(cause.getMessage())
              : "the " + model + " failed: " + cause,
          cause);
    }
    return failure instanceof RuntimeException known
        ? known
        : new InferenceException("the " + model + " failed: " + failure, failure);
  }

  ClosedException closed() {
    return new ClosedException("the " + model + " is closed; use it before close()");
  }
}
