/**
 * Runs the batches of many callers on a fixed number of worker threads.
 *
 * <p>Every public type is thread-safe.
 */
@NullMarked
package io.github.bge4j.batching;

import org.jspecify.annotations.NullMarked;
