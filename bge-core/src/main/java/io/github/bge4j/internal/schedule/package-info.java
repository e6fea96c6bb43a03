/**
 * Tokenized texts to batches. Which texts run together is decided by the executor.
 *
 * <p>Every type is immutable and thread-safe.
 */
@NullMarked
package io.github.bge4j.internal.schedule;

import org.jspecify.annotations.NullMarked;
