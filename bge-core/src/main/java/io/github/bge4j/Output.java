package io.github.bge4j;

/**
 * What a model can say about a text. BGE-M3 gives all three from one pass; other embedding models
 * give the first.
 */
public enum Output {
  /** One vector a text: {@link Embedding#dense()}. */
  DENSE,
  /** One weight a token id: {@link Embedding#lexicalWeights()}. */
  SPARSE,
  /** One vector a token (ColBERT): {@link Embedding#multiVector()}. */
  MULTI_VECTOR
}
