package io.github.bge4j.internal.text;

import io.github.bge4j.InvalidOptionException;

/**
 * Tokenizes a query and a passage and joins them to what a cross-encoder reads.
 *
 * <p>What does not fit is cut as FlagEmbedding 1.4.0 does
 * ({@code inference/reranker/encoder_only/base.py}): the query first, to a limit of its own even if
 * the passage is short; then only the passage. Where that leaves the pair too long, because the
 * query alone fills it, FlagEmbedding gives up and cuts nothing; here the passage then goes whole
 * and after it the end of the query, so that no pair is ever longer than the limit.
 *
 * <p>Thread-safe.
 */
public final class PairEncoder {

  private final Tokenizer tokenizer;
  private final Template template;
  private final int maxTokens;
  private final int maxQueryTokens;

  /**
   * Makes an encoder on a tokenizer that it does not own.
   *
   * @param maxTokens limit of a pair, special tokens included
   * @param maxQueryTokens limit of the query, without special tokens
   * @throws InvalidOptionException if {@code maxTokens} leaves no room for the special tokens
   */
  public PairEncoder(Tokenizer tokenizer, int maxTokens, int maxQueryTokens) {
    this.tokenizer = tokenizer;
    this.template = tokenizer.pairTemplate();
    this.maxTokens = maxTokens;
    this.maxQueryTokens = maxQueryTokens;
    if (maxTokens < template.size()) {
      throw new InvalidOptionException("max tokens must leave room for the " + template.size()
          + " special tokens of a pair: " + maxTokens + "; raise it");
    }
  }

  /** Returns the limit of a query, without special tokens. */
  public int maxQueryTokens() {
    return Math.min(maxQueryTokens, maxTokens - template.size());
  }

  /** Tokenizes a well-formed query, once for all its passages; at least as far as it is read. */
  public int[] encodeQuery(String query) {
    return tokenizer.encode(query, maxQueryTokens() + 1);
  }

  /**
   * Tokenizes a well-formed passage and joins it to a query.
   *
   * @param query what {@link #encodeQuery} gave, whole
   */
  public TokenizedText encode(int[] query, String passage) {
    int room = maxTokens - template.size();
    int queryTokens = Math.min(query.length, maxQueryTokens());
    int[] content = tokenizer.encode(passage, room - queryTokens + 1);
    int passageTokens = Math.min(content.length, room - queryTokens);
    int fullLength = query.length + content.length + template.size();
    int[] ids = new int[template.size() + queryTokens + passageTokens];
    int at = put(ids, 0, template.prefix(), template.prefix().length);
    at = put(ids, at, query, queryTokens);
    at = put(ids, at, template.separator(), template.separator().length);
    int firstSegment = template.typed() ? at : ids.length;
    at = put(ids, at, content, passageTokens);
    put(ids, at, template.suffix(), template.suffix().length);
    return new TokenizedText(ids, firstSegment, fullLength);
  }

  private static int put(int[] target, int at, int[] source, int count) {
    System.arraycopy(source, 0, target, at, count);
    return at + count;
  }
}
