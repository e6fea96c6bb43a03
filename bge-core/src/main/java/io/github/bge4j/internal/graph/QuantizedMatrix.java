package io.github.bge4j.internal.graph;

import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The matrix of a linear layer in integers: {@code W[out, in] = scale[out] * Q[in, out]}, the
 * integers from -{@value #LIMIT} to {@value #LIMIT}.
 *
 * <p>They have 7 bits and not 8, so that a sum of two products with unsigned 8-bit activations,
 * {@code 2 * 255 * 64 = 32,640}, fits the 16 bits that processors without VNNI have for it: one
 * model gives the same integers on every processor (docs/adr/0009).
 *
 * @param name of the weight; the tensors are {@code name.int8}, int8 {@code [in, out]}, and
 *     {@code name.scale}, float {@code [out]}
 * @param weight {@code [out, in]}
 */
record QuantizedMatrix(String name, WeightReference weight) implements Conversion {

  /** The largest integer of a weight. */
  static final int LIMIT = Integer.getInteger("q.limit", 63);

  String integers() {
    return name + ".int8";
  }

  String scales() {
    return name + ".scale";
  }

  @Override
  public Map<String, WeightReference> sources() {
    return Map.of(name, weight);
  }

  @Override
  public String method() {
    return "int8 +-" + LIMIT + System.getProperty("q.search", "");
  }

  @Override
  public List<Part> parts() {
    long out = weight.shape()[0];
    long in = weight.shape()[1];
    return List.of(
        new Part(integers(), DType.I8, new long[] {in, out}),
        new Part(scales(), DType.F32, new long[] {out}));
  }

  @Override
  public void write(List<Consumer<ByteBuffer>> targets) {
    float[] matrix = weight.toFiniteFloats(name);
    int out = Math.toIntExact(weight.shape()[0]);
    int in = Math.toIntExact(weight.shape()[1]);
    byte[] integers = new byte[matrix.length];
    float[] scales = new float[out];
    boolean search = System.getProperty("q.search", "").equals("1");
    for (int row = 0; row < out; row++) {
      float largest = 0;
      for (int i = 0; i < in; i++) {
        largest = Math.max(largest, Math.abs(matrix[row * in + i]));
      }
      float scale = largest / LIMIT;
      if (search && scale > 0) {
        double best = Double.MAX_VALUE;
        float chosen = scale;
        for (int step = 0; step <= 40; step++) {
          float candidate = scale * (1 - step * 0.015f);
          double error = 0;
          for (int i = 0; i < in; i++) {
            float x = matrix[row * in + i];
            float q = Math.max(-LIMIT, Math.min(LIMIT, (float) Math.rint(x / candidate)));
            double d = x - q * candidate;
            error += d * d;
          }
          if (error < best) {
            best = error;
            chosen = candidate;
          }
        }
        scale = chosen;
      }
      scales[row] = scale;
      for (int i = 0; i < in && scale > 0; i++) {
        float q = (float) Math.rint(matrix[row * in + i] / scale);
        integers[i * out + row] = (byte) Math.max(-LIMIT, Math.min(LIMIT, q));
      }
    }
    targets.get(0).accept(ByteBuffer.wrap(integers));
    FloatConversion.write(scales, targets.get(1));
  }
}
