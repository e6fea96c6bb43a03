package io.github.bge4j;

import java.util.List;

/**
 * Checks token ids that callers bring along: the model would read another token's row for a
 * negative id, and fail for one beyond its table. Immutable and thread-safe.
 */
final class TokenIds {

  private final int count;

  /**
   * Makes a check.
   *
   * @param count the largest id and one
   */
  TokenIds(int count) {
    this.count = count;
  }

  /**
   * Copies texts and checks their ids.
   *
   * @throws InvalidTextException if there is no text, one is null, or an id is none of the model's
   */
  int[][] checked(List<int[]> texts) {
    CallTexts.checkNotEmpty("text", texts);
    int[][] copies = new int[texts.size()][];
    for (int i = 0; i < copies.length; i++) {
      int[] ids = texts.get(i);
      if (ids == null) {
        throw new InvalidTextException(
            i, "text " + i + " must not be null; pass no ids for an empty text");
      }
      copies[i] = ids.clone();
      check(i, copies[i]);
    }
    return copies;
  }

  private void check(int text, int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= count) {
        throw new InvalidTextException(
            text,
            "token ids must be of this model's vocabulary, from 0 to " + (count - 1) + ": " + id
                + " in text " + text
                + "; other tokenizers' ids mean something else, pass the text");
      }
    }
  }
}
