/**
 * Batches to vectors; the only package that knows the inference runtime.
 *
 * <p>Every type is thread-safe.
 */
@NullMarked
package io.github.bge4j.internal.runtime;

import org.jspecify.annotations.NullMarked;
