package io.github.bge4j.examples.vectordb;

import io.github.bge4j.sparse.SparseVector;
import java.util.SortedMap;

/**
 * Rows of Milvus's {@code SPARSE_FLOAT_VECTOR}. Its Java client takes a {@code SortedMap<Long,
 * Float>}, in a row as {@code gson.toJsonTree(map)} and in a search as {@code new
 * SparseFloatVec(map)}.
 */
final class Milvus {

  /** The largest unsigned 32-bit number is no index for Milvus. */
  private static final long MAX_INDEX = 0xFFFF_FFFEL;

  private Milvus() {}

  /**
   * Returns a row.
   *
   * @throws IllegalArgumentException if Milvus would refuse it: for a negative value or for the
   *     index 4294967295, which only an index space of 2^32 has
   */
  static SortedMap<Long, Float> row(SparseVector vector) {
    SortedMap<Long, Float> row = vector.toMap();
    row.forEach((index, value) -> {
      if (value < 0) {
        throw new IllegalArgumentException(
            "values must not be negative for Milvus: " + value + " at index " + index);
      }
    });
    if (!row.isEmpty() && row.lastKey() > MAX_INDEX) {
      throw new IllegalArgumentException("indices must be at most " + MAX_INDEX + " for Milvus: "
          + row.lastKey() + "; choose an index space below 2^32");
    }
    return row;
  }
}
