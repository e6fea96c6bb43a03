package io.github.bge4j.internal.runtime;

import io.github.bge4j.Output;
import io.github.bge4j.internal.graph.EncoderGraph;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a ready model.
 *
 * @param ofStates compiles what makes answers of token states; null where logits are wanted
 * @param outputs what it makes besides dense vectors
 * @param poolingChosen whether the caller chose how states are pooled
 */
public record ReadyHeads(@Nullable Compiler ofStates, Set<Output> outputs, boolean poolingChosen) {

  /** The logits of a cross-encoder. */
  public static final ReadyHeads LOGITS = new ReadyHeads(null, Set.of(), false);

  /** Compiles heads for states that have been seen. */
  public interface Compiler {

    /**
     * Compiles them.
     *
     * @param hiddenSize width of the states
     * @param halfStates whether they are fp16
     */
    EncoderGraph compile(int hiddenSize, boolean halfStates);
  }
}
