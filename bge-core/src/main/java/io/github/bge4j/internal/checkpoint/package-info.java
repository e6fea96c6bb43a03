/**
 * Model folders to a configuration and references to weights; reads indexes, never the weights.
 *
 * <p>Files come from strangers: every reader is bounded in memory and time by what the file really
 * holds, runs nothing that the file names, and answers a bad file with
 * {@link io.github.bge4j.ModelException} only. Every public type is immutable and thread-safe.
 */
@NullMarked
package io.github.bge4j.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
