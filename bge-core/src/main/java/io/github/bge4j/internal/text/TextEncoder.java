package io.github.bge4j.internal.text;

import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.InvalidTextException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
    int[] content = tokenizer.encode(text);
    return new TokenizedText(template.wrap(content, maxTokens), content.length + template.size());
  }

  /**
   * Refuses what has no UTF-8 form: the tokenizer library would silently drop it.
   *
   * @param index position of the text in the call, for the message
   * @throws InvalidTextException if the text is null or holds a lone surrogate
   */
  public static void checkWellFormed(int index, @Nullable String text) {
    if (text == null) {
      throw new InvalidTextException(
          index, "text " + index + " must not be null; pass \"\" for an empty text");
    }
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (Character.getType(codePoint) == Character.SURROGATE) {
        throw new InvalidTextException(
            index,
            String.format(
                Locale.ROOT,
                "text %d must be well-formed UTF-16: lone surrogate U+%04X at char %d; replace it with U+FFFD",
                index,
                codePoint,
                i));
      }
      i += Character.charCount(codePoint);
    }
  }
}
