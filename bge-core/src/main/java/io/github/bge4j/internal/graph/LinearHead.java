package io.github.bge4j.internal.graph;

import io.github.bge4j.Output;
import io.github.bge4j.internal.checkpoint.Linear;
import java.util.EnumMap;
import java.util.Map;

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

  /** Reads layers of a checkpoint. */
  public static Map<Output, LinearHead> readAll(Map<Output, Linear> layers) {
    Map<Output, LinearHead> heads = new EnumMap<>(Output.class);
    layers.forEach((output, layer) -> heads.put(output, read(layer)));
    return heads;
  }

  /** Returns the number of outputs. */
  public int outputs() {
    return bias.length;
  }
}
