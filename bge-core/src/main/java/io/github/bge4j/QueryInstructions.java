package io.github.bge4j;

/**
 * The instructions that BGE v1.5 models were trained to see before a query, and never before a
 * passage.
 *
 * <p>Source: model list in the README of FlagEmbedding 1.4.0. BGE-M3 takes none.
 */
public final class QueryInstructions {

  /** For bge-large-en, bge-base-en and bge-small-en, with and without {@code -v1.5}. */
  public static final String ENGLISH = "Represent this sentence for searching relevant passages: ";

  /** For bge-large-zh, bge-base-zh and bge-small-zh, with and without {@code -v1.5}. */
  public static final String CHINESE = "为这个句子生成表示以用于检索相关文章：";

  private QueryInstructions() {}
}
