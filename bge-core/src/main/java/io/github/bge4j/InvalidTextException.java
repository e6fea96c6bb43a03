package io.github.bge4j;

/** Thrown when a text, or the list of texts itself, cannot be used; the call gives nothing. */
public final class InvalidTextException extends BgeException {

  private static final long serialVersionUID = 1L;

  /** Position of the text in the list of the caller, or -1. */
  private final int textIndex;

  /**
   * Makes the exception.
   *
   * @param textIndex position of the text in the caller's list, or -1 if the list itself or the one
   *     query is at fault
   * @param message rule, value and remedy; must not quote the text
   */
  public InvalidTextException(int textIndex, String message) {
    super(message);
    this.textIndex = textIndex;
  }

  /**
   * Returns which text is at fault.
   *
   * @return its position in the caller's list, or -1 if the list itself or the one query is at
   *     fault
   */
  public int textIndex() {
    return textIndex;
  }
}
