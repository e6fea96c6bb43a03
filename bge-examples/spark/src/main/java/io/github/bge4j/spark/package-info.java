/**
 * BGE embeddings and reranking as stages of Spark ML, for Spark 3.5 and 4.
 *
 * <p>Stages are not thread-safe while they are set; what they do on executors is.
 */
@NullMarked
package io.github.bge4j.spark;

import org.jspecify.annotations.NullMarked;
