package io.github.bge4j.internal.checkpoint;

import java.util.Map;

/** Weights that belong to no model. */
public final class TestWeights {

  private TestWeights() {}

  /** Names any weights. */
  public static Weights of(Map<String, WeightReference> byName) {
    return Weights.of("test", byName);
  }
}
