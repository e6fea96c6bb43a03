package io.github.bge4j.examples.facade;

import io.github.bge4j.sparse.SparseVector;
import org.jspecify.annotations.Nullable;

/**
 * What a model says of one text.
 *
 * @param tokens how many it read
 * @param truncated whether it left out the text's end
 * @param dense shape {@code [dimension]}, not copied, or null if it was not asked for
 * @param weights lexical weights by token id, or null if they were not asked for
 */
record TextVectors(
    int tokens,
    boolean truncated,
    float @Nullable [] dense,
    @Nullable SparseVector weights) {}
