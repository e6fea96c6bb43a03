package io.github.bge4j.qdrant;

/**
 * Thrown when the server did not do its part: a call that failed for good or was interrupted, a
 * collection that is another, a count that is wrong. Options, documents and questions that cannot
 * be used are refused by a {@link io.github.bge4j.BgeException}. The message states the rule, the
 * value that broke it and the remedy, and quotes no text.
 */
public sealed class StoreException extends RuntimeException permits CollectionMismatchException {

  private static final long serialVersionUID = 1L;

  StoreException(String message) {
    super(message);
  }

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
