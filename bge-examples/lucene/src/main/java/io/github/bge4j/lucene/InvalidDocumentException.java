package io.github.bge4j.lucene;

import io.github.bge4j.InvalidTextException;

/** Thrown when the text of a document cannot be embedded. */
public final class InvalidDocumentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Which document is at fault. */
  private final String id;

  InvalidDocumentException(String id, InvalidTextException cause) {
    super(
        "document " + id + ": "
            + String.valueOf(cause.getMessage())
                .replaceFirst("^text " + cause.textIndex() + " ", "the text "),
        cause);
    this.id = id;
  }

  /**
   * Returns which document is at fault.
   *
   * @return its id
   */
  public String id() {
    return id;
  }
}
