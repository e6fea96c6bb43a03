package io.github.bge4j;

/** Thrown when model files are missing, damaged or of a kind that cannot be used. */
public sealed class ModelException extends BgeException permits HubException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   */
  public ModelException(String message) {
    super(message);
  }

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   * @param cause what went wrong below
   */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
