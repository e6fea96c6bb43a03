package io.github.bge4j;

/**
 * How the token states of a text become its dense vector. Special tokens count as tokens.
 *
 * <p>Source of the formulas: {@code Pooling} of Sentence Transformers 6.2.
 */
public enum Pooling {
  /** The state of the first token; what every BGE model is trained for. */
  CLS,
  /** The largest value that any token has, for each component. */
  MAX,
  /** The mean over the states of all tokens. */
  MEAN,
  /** The sum over the states of all tokens, divided by the square root of their number. */
  MEAN_SQRT_LENGTH,
  /** The mean over the states of all tokens, of which the n-th weighs n. */
  WEIGHTED_MEAN,
  /** The state of the last token. */
  LAST_TOKEN
}
