package io.github.bge4j;

/** Thrown when an embedder or a reranker is used after {@code close()}, or closed during a call. */
public final class ClosedException extends BgeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   */
  public ClosedException(String message) {
    super(message);
  }
}
