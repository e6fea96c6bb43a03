package io.github.bge4j.internal.hub;

import java.io.IOException;
import java.util.OptionalLong;

/** An answer that may be another one later. */
final class TryAgainException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long afterMillis;

  /**
   * Makes the exception.
   *
   * @param afterMillis when the server wants to be asked again; below 0 if it did not say
   */
  TryAgainException(String message, long afterMillis) {
    super(message);
    this.afterMillis = afterMillis;
  }

  OptionalLong afterMillis() {
    return afterMillis < 0 ? OptionalLong.empty() : OptionalLong.of(afterMillis);
  }
}
