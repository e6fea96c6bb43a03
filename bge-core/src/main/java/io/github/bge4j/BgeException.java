package io.github.bge4j;

import org.jspecify.annotations.Nullable;

/**
 * Base of every exception that this library throws on purpose.
 *
 * <p>Messages state the rule, the value that broke it and the remedy. They never quote the caller's
 * texts, and what they quote of a model's files is bounded.
 */
public abstract sealed class BgeException extends RuntimeException
    permits BusyException,
        ClosedException,
        DeadlineException,
        DeviceException,
        InferenceException,
        InvalidOptionException,
        InvalidTextException,
        ModelException {

  private static final long serialVersionUID = 1L;

  /** A damaged file may hold a name of megabytes. */
  private static final int MAX_MESSAGE = 1_500;

  /** What is kept of the end, where the remedy stands. */
  private static final int END = 400;

  BgeException(String message) {
    super(bounded(message));
  }

  BgeException(String message, @Nullable Throwable cause) {
    super(bounded(message), cause);
  }

  private static String bounded(String message) {
    int length = message.length();
    return length <= MAX_MESSAGE
        ? message
        : message.substring(0, MAX_MESSAGE - END) + " ... " + message.substring(length - END);
  }
}
