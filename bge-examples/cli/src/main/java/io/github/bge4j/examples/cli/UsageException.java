package io.github.bge4j.examples.cli;

/** Thrown for what the user of the command can put right; the message is all they need. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy; must not quote a text
   */
  UsageException(String message) {
    super(message);
  }

  UsageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Returns an exception about one line of a file; lines count from 1. */
  static UsageException at(String file, long line, String message) {
    return new UsageException(place(file, line) + ": " + message);
  }

  static UsageException at(String file, long line, String message, Throwable cause) {
    return new UsageException(place(file, line) + ": " + message, cause);
  }

  /** Returns what messages call a line of a file. */
  static String place(String file, long line) {
    return file + " line " + line;
  }
}
