package io.github.bge4j.internal.graph;

import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A weight in fp32 and row-major order. */
record FloatConversion(String name, WeightReference weight) implements Conversion {

  /** Elements that are converted at a time. */
  private static final int SLICE = 1 << 18;

  @Override
  public Map<String, WeightReference> sources() {
    return Map.of(name, weight);
  }

  @Override
  public String method() {
    return "fp32";
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part(name, DType.F32, weight.shape()));
  }

  @Override
  public void write(List<Consumer<ByteBuffer>> targets) {
    weight.forEachFiniteFloats(name, floats -> write(floats, targets.get(0)));
  }

  /** Writes floats in slices. */
  static void write(float[] floats, Consumer<ByteBuffer> target) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(floats.length, SLICE) * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < floats.length; from += SLICE) {
      int count = Math.min(SLICE, floats.length - from);
      bytes.clear().limit(count * Float.BYTES);
      bytes.asFloatBuffer().put(floats, from, count);
      target.accept(bytes);
    }
  }
}
