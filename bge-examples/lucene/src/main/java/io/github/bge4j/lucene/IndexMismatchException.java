package io.github.bge4j.lucene;

/** Thrown when an index was made with another model or in another way than it is opened. */
public final class IndexMismatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  IndexMismatchException(String message) {
    super(message);
  }
}
