package io.github.bge4j.examples.vectordb;

import io.github.bge4j.sparse.SparseVector;

/**
 * A text with its vectors, as every store here takes it.
 *
 * @param id decides what is replaced: a record replaces the one of the same id
 * @param text what a search gives back
 * @param dense of length 1 (L2), so that the dot product is the cosine; not copied
 * @param sparse mapped lexical weights, all of them positive
 */
public record VectorRecord(String id, String text, float[] dense, SparseVector sparse) {}
