package io.github.bge4j.internal.text;

/**
 * A text, or a pair of texts as one, as the model reads it.
 *
 * @param ids token ids with special tokens, after any cut; shape {@code [n]}; not copied
 * @param firstSegment number of leading tokens of type 0; those after them have type 1. {@code n}
 *     for a single text and for models that do not tell the texts of a pair apart
 * @param fullLength number of tokens with special tokens before any cut; of a text far beyond the
 *     limit, of which only a beginning was tokenized, one that is beyond it, too
 */
public record TokenizedText(int[] ids, int firstSegment, int fullLength) {

  /** Makes a text of one segment. */
  public TokenizedText(int[] ids, int fullLength) {
    this(ids, ids.length, fullLength);
  }

  /** Returns whether the end of the text, or of a text of the pair, was cut off. */
  public boolean truncated() {
    return ids.length < fullLength;
  }
}
