package io.github.bge4j;

import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.text.TokenizedText;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one call: checked before any work, tokenized one by one. Thread-safe.
 *
 * @param count at least 1
 * @param encode tokenizes each number from 0 to {@code count - 1}; called once for each, in any
 *     order, by several threads where the device wants more than one can tokenize
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

  /**
   * Refuses a call for nothing.
   *
   * @param what name of one for messages
   * @throws InvalidTextException if the list is null or empty
   */
  static void checkNotEmpty(String what, @Nullable List<?> list) {
    if (list == null || list.isEmpty()) {
      throw new InvalidTextException(
          -1, what + "s must hold at least one " + what + ": " + list + "; do not call for none");
    }
  }

  /**
   * Refuses null where a call says how it is meant.
   *
   * @param what name for messages
   * @throws InvalidOptionException if it is null
   */
  static <T> T notNull(String what, @Nullable T value) {
    if (value == null) {
      throw new InvalidOptionException(
          what + " must not be null; give one, or use the method that asks for none");
    }
    return value;
  }

  /** Refuses null, and puts a request that names no lane into this one. */
  static RequestOptions inLane(Lane lane, @Nullable RequestOptions request) {
    return notNull("request options", request).orLane(lane);
  }

  /**
   * Refuses what has no UTF-8 form: the tokenizer library would silently drop it.
   *
   * @param what name for messages
   * @param index position of the text in the call, or -1 if it has none
   * @throws InvalidTextException if the text is null or holds a lone surrogate
   */
  static void checkWellFormed(String what, int index, @Nullable String text) {
    if (text == null) {
      throw new InvalidTextException(
          index, name(what, index) + " must not be null; pass \"\" for an empty text");
    }
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (Character.getType(codePoint) == Character.SURROGATE) {
        throw new InvalidTextException(
            index,
            String.format(
                Locale.ROOT,
                "%s must be well-formed UTF-16: lone surrogate U+%04X at char %d; replace it with U+FFFD",
                name(what, index),
                codePoint,
                i));
      }
      i += Character.charCount(codePoint);
    }
  }

  /**
   * Copies texts that are token ids already, and checks them: the model would read another token's
   * row for a negative id, and fail for one beyond its table.
   *
   * @param count the largest id and one
   * @throws InvalidTextException if there is no text, one is null, or an id is none of the model's
   */
  static int[][] checkedIds(List<int[]> texts, int count) {
    checkNotEmpty("text", texts);
    int[][] copies = new int[texts.size()][];
    for (int i = 0; i < copies.length; i++) {
      int[] ids = texts.get(i);
      if (ids == null) {
        throw new InvalidTextException(
            i, "text " + i + " must not be null; pass no ids for an empty text");
      }
      copies[i] = ids.clone();
      checkIds(i, copies[i], count);
    }
    return copies;
  }

  private static void checkIds(int text, int[] ids, int count) {
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

  private static String name(String what, int index) {
    return index < 0 ? what : what + " " + index;
  }

  /** Says what is wrong with a text that was cut. */
  interface CutMessage {
    String of(int number, TokenizedText text);
  }
}
