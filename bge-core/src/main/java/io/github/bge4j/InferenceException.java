package io.github.bge4j;

/** Thrown when a run of the model fails or its caller is interrupted. */
public final class InferenceException extends BgeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   */
  public InferenceException(String message) {
    super(message);
  }

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   * @param cause what went wrong below
   */
  public InferenceException(String message, Throwable cause) {
    super(message, cause);
  }
}
