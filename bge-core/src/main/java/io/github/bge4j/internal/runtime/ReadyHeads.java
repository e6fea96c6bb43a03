package io.github.bge4j.internal.runtime;

import io.github.bge4j.Output;
import io.github.bge4j.Pooling;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.graph.LinearHead;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a ready model.
 *
 * @param logits whether the logits of a cross-encoder, else vectors
 * @param recipe how dense vectors are made of token states
 * @param pooling what the caller chose in its place; null for nothing
 * @param heads for other outputs, made of token states
 */
public record ReadyHeads(
    boolean logits,
    VectorRecipe recipe,
    @Nullable Pooling pooling,
    Map<Output, LinearHead> heads) {

  /** The logits of a cross-encoder. */
  public static final ReadyHeads LOGITS =
      new ReadyHeads(true, VectorRecipe.BGE, null, Map.of());

  /** The vectors of an embedding model. */
  public static ReadyHeads vectors(
      VectorRecipe recipe, @Nullable Pooling pooling, Map<Output, LinearHead> heads) {
    return new ReadyHeads(
        false, pooling == null ? recipe : recipe.withPooling(pooling), pooling, heads);
  }
}
