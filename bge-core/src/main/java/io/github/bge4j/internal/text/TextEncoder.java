package io.github.bge4j.internal.text;

import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Token;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Tokenizes a text, cuts it to the limit and puts the special tokens around it. Thread-safe. */
public final class TextEncoder {

  private final Tokenizer tokenizer;
  private final int[] prefix;
  private final int[] suffix;
  private final int maxTokens;

  /**
   * Makes an encoder on a tokenizer that it does not own.
   *
   * @throws InvalidOptionException if {@code maxTokens} leaves no room for the special tokens
   */
  public TextEncoder(Tokenizer tokenizer, int maxTokens) {
    Template template = tokenizer.template();
    this.tokenizer = tokenizer;
    this.prefix = template.prefix();
    this.suffix = template.suffix();
    this.maxTokens = maxTokens;
    if (maxTokens < template.size()) {
      throw new InvalidOptionException("max tokens must leave room for the " + template.size()
          + " special tokens of this model: " + maxTokens);
    }
  }

  /** Encodes one well-formed text; the tokens that do not fit are cut off its end. */
  public TokenizedText encode(String text) {
    return wrap(tokenizer.encode(text, maxTokens - specialTokens() + 1));
  }

  /** Returns how many tokens a well-formed text has with the special ones around it, never cut. */
  public int count(String text) {
    return tokenizer.encode(text).length + specialTokens();
  }

  private int specialTokens() {
    return prefix.length + suffix.length;
  }

  /**
   * Takes the ids of a text as they are, with or without the special tokens around it; those that
   * do not fit are cut off its end.
   */
  public TokenizedText wrapTokens(int[] ids) {
    int end = ids.length - suffix.length;
    boolean wrapped = end >= prefix.length
        && Arrays.equals(ids, 0, prefix.length, prefix, 0, prefix.length)
        && Arrays.equals(ids, end, ids.length, suffix, 0, suffix.length);
    return wrap(wrapped ? Arrays.copyOfRange(ids, prefix.length, end) : ids);
  }

  /** Returns the tokens of a well-formed text and the special ones around it, never cut. */
  public List<Token> tokens(String text) {
    return Stream.of(special(prefix), tokenizer.tokens(text).stream(), special(suffix))
        .flatMap(tokens -> tokens)
        .toList();
  }

  private Stream<Token> special(int[] ids) {
    return Arrays.stream(ids).mapToObj(id -> new Token(id, tokenizer.decode(id), true, 0, 0));
  }

  /** First cuts, then wraps, so that the closing token always stands last. */
  private TokenizedText wrap(int[] content) {
    int size = specialTokens();
    int kept = Math.min(content.length, maxTokens - size);
    int[] ids = new int[kept + size];
    System.arraycopy(prefix, 0, ids, 0, prefix.length);
    System.arraycopy(content, 0, ids, prefix.length, kept);
    System.arraycopy(suffix, 0, ids, prefix.length + kept, suffix.length);
    return new TokenizedText(ids, content.length + size);
  }
}
