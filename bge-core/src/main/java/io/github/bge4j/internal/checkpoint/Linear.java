package io.github.bge4j.internal.checkpoint;

/**
 * A linear layer.
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]}
 */
public record Linear(WeightReference weight, WeightReference bias) {}
