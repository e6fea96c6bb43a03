package io.github.bge4j.internal.text;

import io.github.bge4j.Token;
import java.util.List;

/**
 * Turns a text into the ids of its tokens; its implementation alone knows which library does it.
 *
 * <p>Thread-safe. Whoever opens it closes it; {@code close} waits for calls that run.
 */
public interface Tokenizer extends AutoCloseable {

  /**
   * Returns the ids of a text without special tokens, never cut and never padded.
   *
   * @param text well-formed UTF-16
   * @return shape {@code [n]}, may be empty; owned by the caller
   */
  int[] encode(String text);

  /**
   * Returns the first ids of a text, as {@link #encode(String)} gives them: as many as are wanted
   * or more, or all if there are fewer. May read no more of a long text than it needs.
   *
   * @param text well-formed UTF-16
   * @param wanted at least 1
   * @return owned by the caller
   */
  default int[] encode(String text, int wanted) {
    return encode(text);
  }

  /**
   * Returns the tokens of a text with their places, without special tokens, never cut.
   *
   * @param text well-formed UTF-16
   */
  List<Token> tokens(String text);

  /** Returns the largest id and one: how many rows a word table must have. */
  int size();

  /** Returns the text of one token, for people to read; different tokens may have one text. */
  String decode(int id);

  /**
   * Returns the text of tokens, as nearly as they tell it.
   *
   * @param ids each from 0 to {@code size() - 1}
   * @param skipSpecial whether to leave out special tokens
   */
  String decode(int[] ids, boolean skipSpecial);

  /** Returns the special tokens that the model expects around one text. */
  Template template();

  /**
   * Returns the special tokens that the model expects around a query and a passage.
   *
   * @throws io.github.bge4j.ModelException if the tokenizer does not join two texts as BERT or
   *     XLM-RoBERTa do
   */
  Template pairTemplate();

  @Override
  void close();
}
