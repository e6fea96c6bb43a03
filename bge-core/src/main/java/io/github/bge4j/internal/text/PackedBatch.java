package io.github.bge4j.internal.text;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The texts of one run, end to end and without padding.
 *
 * @param tokenIds ids of all texts, one after the other; shape {@code [tokens]}; not copied
 * @param offsets where each text begins in {@code tokenIds}, and at the end its length; shape
 *     {@code [texts + 1]}; not copied
 * @param firstSegments number of leading tokens of type 0 of each text; shape {@code [texts]}; not
 *     copied
 */
public record PackedBatch(int[] tokenIds, int[] offsets, int[] firstSegments) {

  /** Packs texts in their order. */
  public static PackedBatch of(List<TokenizedText> texts) {
    int[] offsets = new int[texts.size() + 1];
    int[] firstSegments = new int[texts.size()];
    for (int i = 0; i < texts.size(); i++) {
      offsets[i + 1] = offsets[i] + texts.get(i).ids().length;
      firstSegments[i] = texts.get(i).firstSegment();
    }
    int[] tokenIds = new int[offsets[texts.size()]];
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = texts.get(i).ids();
      System.arraycopy(ids, 0, tokenIds, offsets[i], ids.length);
    }
    return new PackedBatch(tokenIds, offsets, firstSegments);
  }

  /** Returns the number of texts. */
  public int texts() {
    return firstSegments.length;
  }

  /** Returns the number of tokens of one text. */
  public int length(int text) {
    return offsets[text + 1] - offsets[text];
  }

  /** Returns the type of each token, 0 or 1 (the second text of a pair). */
  public int[] tokenTypes() {
    int[] types = new int[tokenIds.length];
    for (int text = 0; text < texts(); text++) {
      Arrays.fill(types, offsets[text] + firstSegments[text], offsets[text + 1], 1);
    }
    return types;
  }

  /**
   * Returns rows of the position table. BERT counts from 0. XLM-RoBERTa counts from {@code padding
   * + 1} and gives a padding token in the text the position {@code padding}, without counting it
   * ({@code create_position_ids_from_input_ids}).
   *
   * @param paddingIndex position of a padding token; -1 for BERT, which has no such thing
   * @return shape {@code [tokens]}
   */
  public int[] positions(int paddingIndex) {
    int[] positions = new int[tokenIds.length];
    for (int text = 0; text < texts(); text++) {
      int position = paddingIndex;
      for (int i = offsets[text]; i < offsets[text + 1]; i++) {
        positions[i] = tokenIds[i] == paddingIndex ? paddingIndex : ++position;
      }
    }
    return positions;
  }

  /** Returns the number of tokens of the longest text. */
  public int longest() {
    return IntStream.range(0, texts()).map(this::length).max().orElse(0);
  }

  /**
   * Returns the places of a table with a row for each text, as long as the longest: first those of
   * the tokens, in their order, then those that stay empty, as ONNX Runtime's packed attention has
   * it. Place {@code j} of text {@code i} is {@code i * longest + j}.
   *
   * @return shape {@code [texts * longest]}
   * @throws IllegalStateException if there is no text, or one without a token, which kernels do not
   *     expect
   */
  public int[] tokenOffset() {
    if (texts() == 0 || IntStream.range(0, texts()).anyMatch(text -> length(text) < 1)) {
      throw new IllegalStateException("a batch must hold texts of at least 1 token; this is a bug");
    }
    int longest = longest();
    int[] places = new int[texts() * longest];
    int used = 0;
    int empty = tokenIds.length;
    for (int text = 0; text < texts(); text++) {
      int length = length(text);
      for (int i = 0; i < longest; i++) {
        places[i < length ? used++ : empty++] = text * longest + i;
      }
    }
    return places;
  }

  /**
   * Returns the number of tokens that every text has.
   *
   * @throws IllegalStateException if the lengths differ, or there is no text or no token: an empty
   *     tensor makes attention divide by zero, which ends the JVM, not the call
   */
  public int commonLength() {
    int length = texts() == 0 ? 0 : length(0);
    for (int text = 1; text < texts(); text++) {
      if (length(text) != length) {
        length = 0;
      }
    }
    if (length < 1) {
      throw new IllegalStateException(
          "a batch must hold texts of one length, at least 1 token; this is a bug");
    }
    return length;
  }
}
