package io.github.bge4j.internal.graph;

import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Tensors that are made of weights, once, and kept. Immutable. */
interface Conversion {

  /**
   * A tensor that is made.
   *
   * @param shape not copied
   */
  record Part(String name, DType dtype, long[] shape) {

    long bytes() {
      long bytes = dtype.bytes();
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
      return bytes;
    }
  }

  /** What the tensors are made of, by the names that messages call them, in a fixed order. */
  Map<String, WeightReference> sources();

  /** How they are made: with the sources' content, all that decides about their bytes. */
  String method();

  /** The tensors, in a fixed order. */
  List<Part> parts();

  /**
   * Makes the tensors.
   *
   * @param targets one a part; each takes the bytes in order (row-major, little-endian), in buffers
   *     that are good for one call only
   * @throws io.github.bge4j.ModelException if a value is not finite, or a file cannot be read
   */
  void write(List<Consumer<ByteBuffer>> targets);
}
