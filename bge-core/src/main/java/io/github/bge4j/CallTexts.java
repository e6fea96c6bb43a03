package io.github.bge4j;

import io.github.bge4j.internal.text.TokenizedText;
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
   * Tokenizes a text.
   *
   * @throws InvalidTextException if it was cut and {@code refusesCut}
   */
  TokenizedText encode(int index, boolean refusesCut) {
    TokenizedText text = encode.apply(index);
    if (refusesCut && text.truncated()) {
      throw new InvalidTextException(
          index, problem.of(index, text) + "; shorten it or set Truncation.CUT");
    }
    return text;
  }

  /** Says what is wrong with a text that was cut. */
  interface CutMessage {
    String of(int number, TokenizedText text);
  }
}
