/**
 * BGE embeddings and reranking in the JVM's own process: start at
 * {@link io.github.bge4j.BgeEmbedder} or {@link io.github.bge4j.BgeReranker}.
 *
 * <p>These two are thread-safe; builders are not; everything else is immutable.
 */
@NullMarked
package io.github.bge4j;

import org.jspecify.annotations.NullMarked;
