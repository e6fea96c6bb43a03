package io.github.bge4j.internal.graph;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A weight in row-major order and another type.
 *
 * @param type fp32 or fp16
 */
record FloatConversion(String name, WeightReference weight, DType type) implements Conversion {

  /** Elements that are converted at a time. */
  private static final int SLICE = 1 << 18;

  /** The least that becomes infinite in fp16: half a step above the largest number, 65,504. */
  private static final float TOO_LARGE_FOR_HALF = 65_520;

  @Override
  public Map<String, WeightReference> sources() {
    return Map.of(name, weight);
  }

  @Override
  public String method() {
    return type == DType.F16 ? "fp16" : "fp32";
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part(name, type, weight.shape()));
  }

  /**
   * Makes the tensor.
   *
   * @throws ModelException also if a value is too large for the type
   */
  @Override
  public void write(List<Consumer<ByteBuffer>> targets) {
    weight.forEachFiniteFloats(name, floats -> {
      requireRange(name, floats, type);
      write(floats, type, targets.get(0));
    });
  }

  /** Writes floats in slices. */
  static void write(float[] floats, Consumer<ByteBuffer> target) {
    write(floats, DType.F32, target);
  }

  private static void write(float[] floats, DType type, Consumer<ByteBuffer> target) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(floats.length, SLICE) * type.bytes())
        .order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < floats.length; from += SLICE) {
      int count = Math.min(SLICE, floats.length - from);
      bytes.clear();
      type.ofFloats(floats, from, count, bytes);
      target.accept(bytes.flip());
    }
  }

  /**
   * Refuses what has no number in a type.
   *
   * @throws ModelException if a value would become infinite
   */
  static void requireRange(String name, float[] values, DType type) {
    if (type != DType.F16) {
      return;
    }
    for (float value : values) {
      if (Math.abs(value) >= TOO_LARGE_FOR_HALF) {
        throw new ModelException("a weight in fp16 must be below " + TOO_LARGE_FOR_HALF + ": "
            + value + " in weight " + name + "; use Precision.FP32");
      }
    }
  }
}
