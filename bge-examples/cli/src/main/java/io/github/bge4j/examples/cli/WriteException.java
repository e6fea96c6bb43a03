package io.github.bge4j.examples.cli;

import java.io.IOException;

/** Thrown when output cannot be written. */
final class WriteException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean closedPipe;

  WriteException(String name, IOException cause) {
    super(
        name + " must be writable: " + FileProblem.reason(cause)
            + "; make room or choose another --output",
        cause);
    this.closedPipe = "Broken pipe".equals(cause.getMessage());
  }

  /** Returns whether nobody reads any more, as after {@code | head}. */
  boolean closedPipe() {
    return closedPipe;
  }
}
