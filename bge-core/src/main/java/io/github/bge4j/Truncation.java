package io.github.bge4j;

/** What happens to a text, or a pair, with more tokens than the limit. */
public enum Truncation {
  /** The end of a text is cut off, and its result reports it. */
  CUT,
  /** The call fails with an {@link InvalidTextException} and gives nothing. */
  ERROR
}
