package io.github.bge4j;

import io.github.bge4j.internal.text.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The texts of one call, before they are tokenized. Used by one thread at a time.
 *
 * @param count at least 1
 * @param encode tokenizes each number from 0 to {@code count - 1}; called once for each, in order
 * @param problem says what is wrong with a text that was cut
 */
record CallTexts(int count, IntFunction<TokenizedText> encode, CutMessage problem) {

  /**
   * Tokenizes a part.
   *
   * @throws InvalidTextException if a text was cut and {@code refusesCut}
   */
  List<TokenizedText> encode(int from, int to, boolean refusesCut) {
    List<TokenizedText> encoded = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      TokenizedText text = encode.apply(i);
      if (refusesCut && text.truncated()) {
        throw new InvalidTextException(
            i, problem.of(i, text) + "; shorten it or set Truncation.CUT");
      }
      encoded.add(text);
    }
    return encoded;
  }

  /** Says what is wrong with a text that was cut. */
  interface CutMessage {
    String of(int number, TokenizedText text);
  }
}
