package io.github.bge4j.lucene;

/** What a search compares. */
public enum SearchMode {
  /** The dense vectors. */
  DENSE,
  /** The words, counted by BM25; needs no run of the model. */
  BM25,
  /** The lexical weights that the model gives, of an index that has them. */
  SPARSE,
  /** The dense vectors, and the lexical weights, or BM25 in an index that has none. */
  HYBRID
}
