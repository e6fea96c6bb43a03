package io.github.bge4j.qdrant;

/**
 * Thrown when a collection that exists is not as it would have been created: another model, another
 * sparse mapping, other vectors. Nothing was written to it.
 */
public final class CollectionMismatchException extends StoreException {

  private static final long serialVersionUID = 1L;

  CollectionMismatchException(String message) {
    super(message);
  }
}
