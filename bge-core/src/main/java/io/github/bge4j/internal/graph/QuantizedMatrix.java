package io.github.bge4j.internal.graph;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The matrix of a linear layer in integers: {@code W[out, in] = scale[out] * Q[in, out]}, the
 * integers from -{@value #LIMIT} to {@value #LIMIT}.
 *
 * <p>They have 7 bits and not 8, so that the sum of two products with unsigned 8-bit activations,
 * at most {@code 2 * 255 * 63 = 32,130}, fits the 16 bits that x64 processors without VNNI have for
 * it: the sums are exact on every processor (docs/adr/0009).
 *
 * @param name of the weight
 * @param weight {@code [out, in]}
 * @param exponents of the powers of two that its columns are multiplied by; none for no change. Not
 *     copied
 */
record QuantizedMatrix(String name, WeightReference weight, int[] exponents) implements Conversion {

  /** The largest integer. */
  static final int LIMIT = 63;

  /** Returns the name of the integers, int8 {@code [in, out]}. */
  String integers() {
    return name + ".int8";
  }

  /** Returns the name of the scales, float {@code [out]}. */
  String scales() {
    return name + ".scale";
  }

  private int out() {
    return Math.toIntExact(weight.shape()[0]);
  }

  private int in() {
    return Math.toIntExact(weight.shape()[1]);
  }

  @Override
  public Map<String, WeightReference> sources() {
    return Map.of(name, weight);
  }

  @Override
  public String method() {
    return "int8 to " + LIMIT + " a row, columns by 2^" + Arrays.toString(exponents);
  }

  @Override
  public List<Part> parts() {
    return List.of(
        new Part(integers(), DType.I8, new long[] {in(), out()}),
        new Part(scales(), DType.F32, new long[] {out()}));
  }

  @Override
  public void write(List<Consumer<ByteBuffer>> targets) {
    float[] matrix = weight.toFiniteFloats(name);
    byte[] integers = new byte[matrix.length];
    float[] scales = new float[out()];
    for (int row = 0; row < out(); row++) {
      float[] values = Arrays.copyOfRange(matrix, row * in(), (row + 1) * in());
      scales[row] = scaleOf(values);
      if (Float.isInfinite(scales[row])) {
        throw new ModelException("weights must be far from the largest float: row " + row
            + " of weight " + name + " is not, in " + weight.data().name()
            + "; the file is damaged, get it again, or use Precision.FP32");
      }
      for (int i = 0; i < in() && scales[row] > 0; i++) {
        // A scale near the smallest float is coarse.
        double integer = Math.rint(values[i] / scales[row]);
        integers[i * out() + row] = (byte) Math.max(-LIMIT, Math.min(LIMIT, integer));
      }
    }
    targets.get(0).accept(ByteBuffer.wrap(integers));
    FloatConversion.write(scales, targets.get(1));
  }

  /** Multiplies the columns of a row, and returns what its largest value is {@value #LIMIT} of. */
  private float scaleOf(float[] row) {
    float largest = 0;
    for (int i = 0; i < row.length; i++) {
      row[i] = exponents.length == 0 ? row[i] : Math.scalb(row[i], exponents[i]);
      largest = Math.max(largest, Math.abs(row[i]));
    }
    return largest / LIMIT;
  }
}
