package io.github.bge4j;

/**
 * How the dense vectors of a model are compared, as its files say. Larger is more similar for
 * {@link #COSINE} and {@link #DOT}; for the distances smaller is.
 */
public enum Similarity {
  /** The dot product of the vectors at length 1. */
  COSINE,
  /** The dot product of the vectors as they are. */
  DOT,
  /** The length (L2) of the difference. */
  EUCLIDEAN,
  /** The sum of the absolute differences. */
  MANHATTAN
}
