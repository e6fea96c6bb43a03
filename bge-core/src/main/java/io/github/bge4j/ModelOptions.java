package io.github.bge4j;

import io.github.bge4j.batching.BatchExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The settings that every open model has, checked by its builder.
 *
 * @param maxBatchTexts most texts in a run
 * @param executor shared with others, or null for one of its own
 */
record ModelOptions(
    int maxTokens,
    Truncation truncation,
    int workers,
    int maxBatchTexts,
    @Nullable BatchExecutor executor) {}
