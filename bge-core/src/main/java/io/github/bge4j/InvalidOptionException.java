package io.github.bge4j;

/** Thrown when an option is outside its bounds or does not fit the model. */
public final class InvalidOptionException extends BgeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   */
  public InvalidOptionException(String message) {
    super(message);
  }
}
