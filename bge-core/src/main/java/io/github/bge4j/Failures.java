package io.github.bge4j;

import io.github.bge4j.batching.BatchFailedException;
import io.github.bge4j.batching.ExecutorClosedException;
import java.util.concurrent.CompletionException;

/** Turns what the executor throws into what a model throws. */
record Failures(String model) {

  /**
   * Translates a failure.
   *
   * @return an exception of this library, or one of the executor that says more: that its queue is
   *     full or a deadline has passed
   */
  RuntimeException translate(Throwable failure) {
    if (failure instanceof ExecutorClosedException) {
      return new ClosedException("the " + model + " is closed; use it before close()");
    }
    Throwable cause = failure.getCause();
    if (cause != null && failure instanceof CompletionException) {
      return translate(cause);
    }
    if (cause != null && failure instanceof BatchFailedException) {
      return cause instanceof BgeException reason
          ? reason
          : new InferenceException("the " + model + " failed: " + cause, cause);
    }
    return failure instanceof RuntimeException known
        ? known
        : new InferenceException("the " + model + " failed: " + failure, failure);
  }
}
