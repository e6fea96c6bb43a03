/**
 * BGE embeddings in the JVM's own process: start at {@link io.github.bge4j.BgeEmbedder}.
 *
 * <p>{@code BgeEmbedder} is thread-safe; builders are not; everything else is immutable.
 */
@NullMarked
package io.github.bge4j;

import org.jspecify.annotations.NullMarked;
