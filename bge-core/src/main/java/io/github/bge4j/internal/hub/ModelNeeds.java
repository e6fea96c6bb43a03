package io.github.bge4j.internal.hub;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a model before its files are seen.
 *
 * @param heads whether it has the heads of BGE-M3
 * @param plain whether it is known what is done to its vectors, even if no {@code modules.json} is
 *     there
 * @param readyOnnx an ONNX file that is wanted in place of other weights; null for none
 */
public record ModelNeeds(
    boolean heads, boolean plain, @Nullable String readyOnnx) {}
