package io.github.bge4j.internal.graph;

import io.github.bge4j.internal.checkpoint.Linear;

/**
 * A linear layer on token states that is small enough to live in the graph itself.
 *
 * @param weight {@code [outputs, hidden]}, row-major; not copied
 * @param bias {@code [outputs]}; not copied
 */
public record LinearHead(float[] weight, float[] bias) {

  /** Reads a layer of a checkpoint. */
  public static LinearHead read(Linear layer) {
    return new LinearHead(layer.weight().toFloats(), layer.bias().toFloats());
  }

  /** Returns the number of outputs. */
  public int outputs() {
    return bias.length;
  }
}
