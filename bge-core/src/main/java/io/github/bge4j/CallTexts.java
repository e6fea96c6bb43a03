package io.github.bge4j;

import io.github.bge4j.internal.text.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The texts of one call, before they are tokenized.
 *
 * @param first number of the first in the caller's list
 * @param count at least 1
 * @param encode tokenizes each number from 0 to {@code count - 1}; called by several threads
 * @param problem says what is wrong with a text that was cut
 */
record CallTexts(int first, int count, IntFunction<TokenizedText> encode, CutMessage problem) {

  /**
   * Large enough to make the hand-over to a worker cheap, small enough to share the work evenly.
   */
  private static final int TEXTS_PER_CHUNK = 16;

  /** Returns whether the texts are so few that the caller tokenizes them faster itself. */
  boolean isSmall() {
    return count <= TEXTS_PER_CHUNK;
  }

  /** Tokenizes all texts. */
  List<TokenizedText> encodeAll() {
    return new Chunk(this, 0, count).encode();
  }

  List<Chunk> chunks() {
    List<Chunk> chunks = new ArrayList<>();
    for (int from = 0; from < count; from += TEXTS_PER_CHUNK) {
      chunks.add(new Chunk(this, from, Math.min(count, from + TEXTS_PER_CHUNK)));
    }
    return chunks;
  }

  /** Puts the results of all chunks together. */
  static List<TokenizedText> join(List<List<TokenizedText>> chunks) {
    return chunks.stream().flatMap(List::stream).toList();
  }

  /**
   * Refuses texts that do not fit.
   *
   * @throws InvalidTextException if one was cut
   */
  void refuseCut(List<TokenizedText> tokenized) {
    for (int i = 0; i < tokenized.size(); i++) {
      if (tokenized.get(i).truncated()) {
        throw new InvalidTextException(
            first + i,
            problem.of(first + i, tokenized.get(i)) + "; shorten it or set Truncation.CUT");
      }
    }
  }

  /** Some texts of a call. */
  record Chunk(CallTexts texts, int from, int to) {

    int size() {
      return to - from;
    }

    List<TokenizedText> encode() {
      List<TokenizedText> encoded = new ArrayList<>(size());
      for (int i = from; i < to; i++) {
        encoded.add(texts.encode().apply(i));
      }
      return encoded;
    }
  }

  /** Says what is wrong with a text that was cut. */
  interface CutMessage {
    String of(int number, TokenizedText text);
  }
}
