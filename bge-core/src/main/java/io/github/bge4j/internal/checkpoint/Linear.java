package io.github.bge4j.internal.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * A linear layer, or the scale and shift of a normalization.
 *
 * @param weight {@code [out, in]}, or {@code [size]} of a normalization
 * @param bias {@code [out]}; null for none
 */
public record Linear(WeightReference weight, @Nullable WeightReference bias) {}
