package io.github.bge4j.internal.runtime;

import io.github.bge4j.Pooling;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a ready model.
 *
 * @param logits whether the logits of a cross-encoder, else vectors
 * @param pooling how vectors are pooled; null for the default
 */
public record DenseHead(boolean logits, @Nullable Pooling pooling) {

  /** The logits of a cross-encoder. */
  public static final DenseHead LOGITS = new DenseHead(true, null);

  /** The vectors of an embedding model. */
  public static DenseHead vectors(@Nullable Pooling pooling) {
    return new DenseHead(false, pooling);
  }
}
