package io.github.bge4j.internal.text;

import io.github.bge4j.InvalidOptionException;

/** Tokenizes a text, cuts it to the limit and puts the special tokens around it. Thread-safe. */
public final class TextEncoder {

  private final Tokenizer tokenizer;
  private final SequenceTemplate template;
  private final int maxTokens;

  /**
   * Makes an encoder on a tokenizer that it does not own.
   *
   * @throws InvalidOptionException if {@code maxTokens} leaves no room for the special tokens
   */
  public TextEncoder(Tokenizer tokenizer, int maxTokens) {
    this.tokenizer = tokenizer;
    this.template = tokenizer.template();
    this.maxTokens = maxTokens;
    if (maxTokens < template.size()) {
      throw new InvalidOptionException("max tokens must leave room for the " + template.size()
          + " special tokens of this model: " + maxTokens);
    }
  }

  /** Encodes one well-formed text; the tokens that do not fit are cut off its end. */
  public TokenizedText encode(String text) {
    return wrap(tokenizer.encode(text));
  }

  /**
   * Takes the ids of a text as they are, with or without the special tokens around it; those that
   * do not fit are cut off its end.
   */
  public TokenizedText wrapTokens(int[] ids) {
    return wrap(template.unwrap(ids));
  }

  private TokenizedText wrap(int[] content) {
    return new TokenizedText(template.wrap(content, maxTokens), content.length + template.size());
  }
}
