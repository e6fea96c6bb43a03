package io.github.bge4j.examples.facade;

import java.util.concurrent.CompletionException;

/** A failure that is told as text-embeddings-inference tells it; has no stack trace. */
final class TeiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TeiException(Throwable cause) {
    super(null, cause, false, false);
  }

  /** Returns whether a failure is one, maybe of a future. */
  static boolean isIn(Throwable failure) {
    return failure instanceof TeiException
        || (failure instanceof CompletionException && failure.getCause() instanceof TeiException);
  }
}
