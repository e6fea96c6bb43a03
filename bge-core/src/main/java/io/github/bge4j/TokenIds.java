package io.github.bge4j;

import io.github.bge4j.internal.text.TokenizerFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks token ids that callers bring along: the model would read another token's row for a
 * negative id, and fail for one beyond its table. Thread-safe; reads the vocabulary when it is
 * first needed.
 */
final class TokenIds {

  /** Null once the ids are counted. */
  private @Nullable ModelFile tokenizer;

  private int count;

  TokenIds(ModelFile tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Copies texts and checks their ids.
   *
   * @throws InvalidTextException if there is no text, one is null, or an id is none of the model's
   */
  int[][] checked(List<int[]> texts) {
    InputTexts.checkNotEmpty("text", texts);
    int most = count();
    int[][] copies = new int[texts.size()][];
    for (int i = 0; i < copies.length; i++) {
      int[] ids = texts.get(i);
      if (ids == null) {
        throw new InvalidTextException(
            i, "text " + i + " must not be null; pass no ids for an empty text");
      }
      copies[i] = ids.clone();
      check(i, copies[i], most);
    }
    return copies;
  }

  private static void check(int text, int[] ids, int most) {
    for (int id : ids) {
      if (id < 0 || id >= most) {
        throw new InvalidTextException(
            text,
            "token ids must be of this model's vocabulary, from 0 to " + (most - 1) + ": " + id
                + " in text " + text
                + "; other tokenizers' ids mean something else, pass the text");
      }
    }
  }

  private synchronized int count() {
    ModelFile file = tokenizer;
    if (file != null) {
      count =
          TokenizerFile.read(file.read(TokenizerFile.MAX_BYTES), file.name()).size();
      tokenizer = null;
    }
    return count;
  }
}
