package io.github.bge4j.examples.cli;

import io.github.bge4j.InvalidTextException;
import java.util.function.IntToLongFunction;

/** Says which line of a file holds a text that the library refused. */
final class Blame {

  private Blame() {}

  /**
   * Returns what to throw: the library's message counts texts of a call, which says nothing to a
   * reader of the file.
   *
   * @param lineOf gives the line of a text by its position in the call
   */
  static RuntimeException line(String file, IntToLongFunction lineOf, InvalidTextException e) {
    if (e.textIndex() < 0) {
      return e;
    }
    String message = String.valueOf(e.getMessage())
        .replaceFirst("^(text|pair|query|passage) " + e.textIndex() + " ", "the $1 ");
    return UsageException.at(file, lineOf.applyAsLong(e.textIndex()), message, e);
  }
}
