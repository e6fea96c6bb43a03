package io.github.bge4j;

/**
 * Base of every exception that this library throws on purpose.
 *
 * <p>Messages state the rule, the value that broke it and the remedy. They never quote the caller's
 * texts.
 */
public abstract sealed class BgeException extends RuntimeException
    permits ClosedException,
        InferenceException,
        InvalidOptionException,
        InvalidTextException,
        ModelException {

  private static final long serialVersionUID = 1L;

  BgeException(String message) {
    super(message);
  }

  BgeException(String message, Throwable cause) {
    super(message, cause);
  }
}
