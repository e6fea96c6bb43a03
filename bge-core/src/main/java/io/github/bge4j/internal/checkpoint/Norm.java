package io.github.bge4j.internal.checkpoint;

/**
 * A layer normalisation.
 *
 * @param weight {@code [size]}
 * @param bias {@code [size]}
 */
public record Norm(WeightReference weight, WeightReference bias) {}
