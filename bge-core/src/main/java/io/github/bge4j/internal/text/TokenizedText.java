package io.github.bge4j.internal.text;

/**
 * A text as the model reads it.
 *
 * @param ids token ids with special tokens, after any cut; shape {@code [n]}; not copied
 * @param fullLength number of tokens with special tokens before any cut
 */
public record TokenizedText(int[] ids, int fullLength) {

  /** Returns whether the end of the text was cut off. */
  public boolean truncated() {
    return ids.length < fullLength;
  }
}
