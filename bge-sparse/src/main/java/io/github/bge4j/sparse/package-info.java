/**
 * Sparse vectors in the form that vector databases store, and the mappings that make them of
 * lexical weights.
 *
 * <p>Every public type is immutable and thread-safe.
 */
@NullMarked
package io.github.bge4j.sparse;

import org.jspecify.annotations.NullMarked;
