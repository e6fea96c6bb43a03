package io.github.bge4j;

/** How the token states of a text become its dense vector. */
public enum Pooling {
  /** The state of the first token; what every BGE model is trained for. */
  CLS,
  /**
   * The mean over the states of all tokens, special tokens included; for models of other families.
   */
  MEAN
}
