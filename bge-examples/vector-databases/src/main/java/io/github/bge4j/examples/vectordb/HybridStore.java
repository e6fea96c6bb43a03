package io.github.bge4j.examples.vectordb;

import io.github.bge4j.sparse.SparseVector;
import java.util.List;

/** What all stores here do; each says what its client throws. */
public interface HybridStore {

  /**
   * Makes what the store needs on its server, if it is not there.
   *
   * @throws Exception if the server fails
   */
  void create() throws Exception;

  /**
   * Writes records; those whose ids are there are replaced.
   *
   * @param records at least one
   * @throws IllegalArgumentException if the store would refuse a vector; nothing is written
   * @throws Exception if the server fails
   */
  void upsert(List<VectorRecord> records) throws Exception;

  /**
   * Searches by both vectors and fuses the ranks.
   *
   * @param dense of length 1 (L2)
   * @param sparse mapped lexical weights; may be empty
   * @param hits how many texts, from 1 to 1,000
   * @return best first
   * @throws Exception if the server fails
   */
  List<FoundText> search(float[] dense, SparseVector sparse, int hits) throws Exception;
}
