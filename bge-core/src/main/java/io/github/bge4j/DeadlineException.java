package io.github.bge4j;

/** Thrown when a call was taken and is not done by its deadline. */
public final class DeadlineException extends BgeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   * @param cause what the executor threw
   */
  DeadlineException(String message, Throwable cause) {
    super(message, cause);
  }
}
