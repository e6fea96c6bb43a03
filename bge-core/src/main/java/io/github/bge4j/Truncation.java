package io.github.bge4j;

/** What happens to a text with more tokens than the embedder's limit. */
public enum Truncation {
  /** The end of the text is cut off and {@link Embedding#truncated()} reports it. */
  CUT,
  /** The call fails with an {@link InvalidTextException} before anything is computed. */
  ERROR
}
