package io.github.bge4j.internal.runtime;

import io.github.bge4j.InferenceException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a model says about the texts of one batch; null where it was not asked. Row-major, not
 * normalized, not copied.
 *
 * @param dense shape {@code [texts * dimension]}
 * @param tokenWeights shape {@code [tokens]}; what is below 0 counts as 0
 * @param multiVectors one row for every token, the first of each text included; shape
 *     {@code [tokens * width]}
 * @param logits the answer of a cross-encoder, which has no other; shape {@code [texts * labels]}
 */
public record EncoderOutput(
    float @Nullable [] dense,
    float @Nullable [] tokenWeights,
    float @Nullable [] multiVectors,
    float @Nullable [] logits) {

  static EncoderOutput ofLogits(float @Nullable [] logits) {
    return new EncoderOutput(null, null, null, logits);
  }

  /** Returns this, with what is missing here taken from another. */
  EncoderOutput orElse(EncoderOutput other) {
    return new EncoderOutput(
        dense == null ? other.dense : dense,
        tokenWeights == null ? other.tokenWeights : tokenWeights,
        multiVectors == null ? other.multiVectors : multiVectors,
        logits);
  }

  /** Tells whether every number is the same bit for bit. */
  boolean hasBitsOf(EncoderOutput other) {
    return Arrays.equals(dense, other.dense)
        && Arrays.equals(tokenWeights, other.tokenWeights)
        && Arrays.equals(multiVectors, other.multiVectors)
        && Arrays.equals(logits, other.logits);
  }

  /**
   * Returns this, if all numbers are finite. One pass over the answers, which costs nothing beside
   * a run.
   *
   * @param model what messages call it
   * @throws InferenceException if a number is infinite or none
   */
  EncoderOutput requireFinite(String model) {
    if (!isFinite(dense)
        || !isFinite(tokenWeights)
        || !isFinite(multiVectors)
        || !isFinite(logits)) {
      throw new InferenceException("a model must give finite numbers: some are infinite or none at"
          + " all, from " + model
          + "; its weights are damaged, or overflow for this text; Precision.FP32 has room where FP16 has"
          + " none");
    }
    return this;
  }

  /** The bits of an exponent are all set in numbers that are not finite, and in no others. */
  private static boolean isFinite(float @Nullable [] values) {
    int largest = 0;
    if (values != null) {
      for (float value : values) {
        largest = Math.max(largest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
      }
    }
    return largest < Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
  }
}
