/**
 * Sparse vectors as Qdrant, Milvus and pgvector take them.
 *
 * <p>Every type is thread-safe.
 */
@NullMarked
package io.github.bge4j.examples.vectordb;

import org.jspecify.annotations.NullMarked;
