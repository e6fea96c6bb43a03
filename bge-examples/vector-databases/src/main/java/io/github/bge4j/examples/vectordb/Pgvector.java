package io.github.bge4j.examples.vectordb;

import io.github.bge4j.sparse.SparseVector;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * The text form of pgvector's type {@code sparsevec}: <code>{1:0.5,7:0.25}/1048576</code>. Indices
 * count from 1 there. A column is declared as {@code sparsevec(1048576)}, a parameter is
 * {@code CAST(? AS sparsevec)}, and {@code <#>} is the negative dot product.
 */
final class Pgvector {

  /** Of the type. */
  private static final long MAX_DIMENSIONS = 1_000_000_000;

  /** Of the type; an HNSW index takes 1,000. {@link SparseVector#topK} gets below either. */
  private static final int MAX_ENTRIES = 16_000;

  private Pgvector() {}

  /**
   * Returns the text of a vector.
   *
   * @param dimensions the index space of the mapping that made the vector
   * @throws IllegalArgumentException if pgvector would refuse it: for too many dimensions or
   *     entries, or for an index that is no dimension
   */
  static String text(SparseVector vector, long dimensions) {
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new IllegalArgumentException("dimensions must be from 1 to " + MAX_DIMENSIONS
          + " for pgvector: " + dimensions + "; map into a smaller index space");
    }
    if (vector.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException("a vector must have at most " + MAX_ENTRIES
          + " entries for pgvector: " + vector.size() + "; keep its topK");
    }
    StringJoiner entries = new StringJoiner(",", "{", "}/" + dimensions);
    vector.toMap().forEach((index, value) -> {
      if (index >= dimensions) {
        throw new IllegalArgumentException("indices must be below the " + dimensions
            + " dimensions: " + index + "; give the index space of the mapping");
      }
      entries.add(String.format(Locale.ROOT, "%d:%s", index + 1, value));
    });
    return entries.toString();
  }
}
