/**
 * Tokenized texts to batches: which texts run together, and in which order.
 *
 * <p>Every type is immutable and thread-safe.
 */
@NullMarked
package io.github.bge4j.internal.schedule;

import org.jspecify.annotations.NullMarked;
