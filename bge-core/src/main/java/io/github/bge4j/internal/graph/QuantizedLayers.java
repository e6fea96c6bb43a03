package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.MICROSOFT;
import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;

import io.github.bge4j.internal.checkpoint.DType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers in 8-bit integers: {@code y = s_x s_w (Q_x - 128) Q_w}. Each row of an input has a
 * scale of its own, so that a row's result does not depend on the rows beside it; each output has
 * one ({@link QuantizedMatrix}). Sums are exact, in 32 bits, and then rounded to float once.
 *
 * <p>A few hidden dimensions of BGE-M3 and its kind are tens of times as large as the rest, and
 * would leave the rest of a row a few steps of its scale. So what a LayerNorm gives is divided by a
 * power of two for each dimension, and the weights are multiplied by it, which is exact (after
 * SmoothQuant, arXiv 2211.10438, with what the LayerNorm's own weights say in place of measured
 * activations; docs/adr/0009). Not thread-safe; used once.
 */
final class QuantizedLayers implements LinearLayers {

  /** The unsigned integer of 0. */
  private static final int ZERO = 128;

  /** Largest distance from it. */
  private static final float LARGEST = 127;

  /** A row of zeros has a scale, too. */
  private static final float LEAST = 1e-8f;

  /** Of dimensions that differ by more, the smaller ones say nothing. */
  private static final int MOST_POWER = 16;

  private static final String ROW_AXIS = "int8.row_axis";

  private final WeightBinder weights;
  private final OnnxGraphBuilder graph;
  private final Map<String, Quantized> inputs = new HashMap<>();
  private final Map<String, int[]> exponents = new HashMap<>();

  QuantizedLayers(WeightBinder weights, OnnxGraphBuilder graph) {
    this.weights = weights;
    this.graph = graph;
    graph.constant(ROW_AXIS, -1L);
    graph.constant("int8.vector", -1L);
    graph.constant("int8.least", new float[] {LEAST});
    graph.constant("int8.step", new float[] {1 / LARGEST});
    graph.unsignedByte("int8.zero", ZERO);
  }

  /**
   * Integers, {@code [rows, in]}, and their scales, {@code [rows, 1]}: of two dimensions, so that a
   * single row is multiplied in the same order as many.
   */
  private record Quantized(String integers, String scales) {}

  @Override
  public String linear(String name, String x, String norm, int out, int in) {
    String product = product(name, name + ".product", x, norm, out, in);
    return graph.node(
        "Add", "", name, List.of(product, weights.vector(name + ".bias", out, DType.F32)));
  }

  @Override
  public String multiply(String name, String x, int out, int in) {
    return product(name, name, x, null, out, in);
  }

  private String product(
      String name, String output, String x, @Nullable String norm, int out, int in) {
    int[] powers =
        norm == null ? new int[0] : exponents.computeIfAbsent(norm, any -> exponents(norm, in));
    QuantizedMatrix matrix = weights.quantized(name + ".weight", out, in, powers);
    Quantized rows = inputs.computeIfAbsent(x, any -> quantize(x, powers, in));
    return graph.node(
        "MatMulIntegerToFloat",
        MICROSOFT,
        output,
        List.of(rows.integers(), matrix.integers(), rows.scales(), matrix.scales(), "int8.zero"));
  }

  /** {@code scale = max(|x|, 1e-8) / 127} of each row, and {@code x / scale + 128}, rounded. */
  private Quantized quantize(String states, int[] powers, int in) {
    String name = states + ".int8";
    String x = powers.length == 0 ? states : levelled(states, powers);
    String least = graph.node("ReduceMin", "", name + ".min", List.of(x, ROW_AXIS));
    String most = graph.node("ReduceMax", "", name + ".max", List.of(x, ROW_AXIS));
    String negative = graph.node("Neg", "", name + ".neg", List.of(least));
    String largest =
        graph.node("Max", "", name + ".largest", List.of(most, negative, "int8.least"));
    String steps = graph.node("Mul", "", name + ".steps", List.of(largest, "int8.step"));
    // Maxima pass over what is no number, which would then become one; 0 times it stays none. A
    // product with a vector of zeros costs less than a sum of rows.
    String zero = graph.constant(name + ".zero", new float[in], in, 1);
    String nothing = graph.node("MatMul", "", name + ".nothing", List.of(x, zero));
    String scales = graph.node("Add", "", name + ".scales", List.of(steps, nothing));
    String vector = graph.node("Reshape", "", name + ".vector", List.of(scales, "int8.vector"));
    String shape = graph.node("Shape", "", name + ".shape", List.of(vector));
    String zeros = graph.node("Expand", "", name + ".zeros", List.of("int8.zero", shape));
    String integers =
        graph.node("QuantizeLinear", "", name, List.of(x, vector, zeros), attribute("axis", 0));
    return new Quantized(integers, scales);
  }

  private String levelled(String states, int[] powers) {
    float[] factors = new float[powers.length];
    for (int i = 0; i < powers.length; i++) {
      factors[i] = Math.scalb(1f, -powers[i]);
    }
    String factor = graph.constant(states + ".factors", factors, powers.length);
    return graph.node("Mul", "", states + ".levelled", List.of(states, factor));
  }

  /**
   * Of what is larger than half of the others, the square root goes into the weights. The sizes are
   * those of three standard deviations: a LayerNorm gives {@code weight * n + bias}, where n has
   * variance 1 over the dimensions of a token.
   */
  private int[] exponents(String norm, int in) {
    float[] weight = weights.values(norm + ".weight", in);
    float[] bias = weights.values(norm + ".bias", in);
    double[] sizes = new double[in];
    for (int i = 0; i < in; i++) {
      sizes[i] = 3 * Math.abs((double) weight[i]) + Math.abs((double) bias[i]);
    }
    double[] sorted = sizes.clone();
    Arrays.sort(sorted);
    double median = sorted[in / 2];
    int[] powers = new int[in];
    for (int i = 0; i < in && median > 0; i++) {
      double over = Math.max(1, sizes[i] / median);
      powers[i] =
          (int) Math.min(MOST_POWER, Math.round(StrictMath.log(over) / StrictMath.log(2) / 2));
    }
    return Arrays.stream(powers).anyMatch(power -> power > 0) ? powers : new int[0];
  }
}
