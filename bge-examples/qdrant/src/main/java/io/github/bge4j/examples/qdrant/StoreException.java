package io.github.bge4j.examples.qdrant;

/**
 * Thrown when documents cannot be stored or a search cannot be answered: an option that is out of
 * bounds, a document that cannot be a point, a call that failed for good, a count that is wrong.
 * The message states the rule, the value that broke it and the remedy, and quotes no text.
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
