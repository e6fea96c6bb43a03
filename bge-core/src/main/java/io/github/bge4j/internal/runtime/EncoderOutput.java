package io.github.bge4j.internal.runtime;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model says about the texts of one batch; null where it was not asked. Row-major, not
 * normalized, not copied.
 *
 * @param dense shape {@code [texts * dimension]}
 * @param tokenWeights shape {@code [tokens]}
 * @param multiVectors one row for every token, the first of each text included; shape
 *     {@code [tokens * width]}
 */
public record EncoderOutput(
    float @Nullable [] dense, float @Nullable [] tokenWeights, float @Nullable [] multiVectors) {

  /** Returns the answer of a cross-encoder, one logit a pair; shape {@code [texts]}; not copied. */
  public float[] logits() {
    return Objects.requireNonNull(dense);
  }
}
