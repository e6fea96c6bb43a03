package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.MICROSOFT;
import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;
import static io.github.bge4j.internal.graph.OnnxGraphBuilder.unsignedByteAttribute;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Linear layers in 8-bit integers: {@code y = s_x s_w (Q_x - 128) Q_w}. Each row of an input has a
 * scale of its own, its largest magnitude over 127, so that a row's result does not depend on the
 * rows beside it; each output has one ({@link QuantizedMatrix}). Sums are exact, in 32 bits. Not
 * thread-safe; used once.
 */
final class QuantizedLayers implements LinearLayers {

  /** The unsigned integer of 0. */
  private static final int ZERO = 128;

  /** Largest distance from it. */
  private static final float LARGEST = 127;

  /** A row of zeros has a scale, too. */
  private static final float LEAST = 1e-8f;

  private final WeightBinder weights;
  private final OnnxGraphBuilder graph;
  private final Map<String, Rows> quantized = new HashMap<>();

  QuantizedLayers(WeightBinder weights, OnnxGraphBuilder graph) {
    this.weights = weights;
    this.graph = graph;
    graph.constant("int8.row_axis", -1L);
    graph.constant("int8.least", new float[] {LEAST});
    graph.constant("int8.step", new float[] {1 / LARGEST});
    graph.constant("int8.vector", -1L);
    graph.unsignedByte("int8.zero", ZERO);
  }

  /** Integers, {@code [rows, in]}, and scales, {@code [rows, 1]}. */
  private record Rows(String integers, String scales) {}

  @Override
  public String linear(String name, String x, int out, int in) {
    String product = product(name, name + ".product", x, out, in);
    return graph.node("Add", "", name, List.of(product, weights.vector(name + ".bias", out)));
  }

  @Override
  public String multiply(String name, String x, int out, int in) {
    return product(name, name, x, out, in);
  }

  private String product(String name, String output, String x, int out, int in) {
    QuantizedMatrix matrix = weights.quantized(name + ".weight", out, in);
    Rows rows = quantized.computeIfAbsent(x, this::quantize);
    return graph.node(
        "MatMulIntegerToFloat",
        MICROSOFT,
        output,
        List.of(rows.integers(), matrix.integers(), rows.scales(), matrix.scales(), "int8.zero"));
  }

  private Rows quantize(String x) {
    String name = x + ".int8";
    String least = graph.node("ReduceMin", "", name + ".min", List.of(x, "int8.row_axis"));
    String most = graph.node("ReduceMax", "", name + ".max", List.of(x, "int8.row_axis"));
    String negative = graph.node("Neg", "", name + ".neg", List.of(least));
    String largest =
        graph.node("Max", "", name + ".largest", List.of(most, negative, "int8.least"));
    String scales = graph.node("Mul", "", name + ".scales", List.of(largest, "int8.step"));
    String vector = graph.node("Reshape", "", name + ".vector", List.of(scales, "int8.vector"));
    String shape = graph.node("Shape", "", name + ".rows", List.of(vector));
    String zeros = graph.node(
        "ConstantOfShape",
        "",
        name + ".zeros",
        List.of(shape),
        unsignedByteAttribute("value", ZERO));
    String integers =
        graph.node("QuantizeLinear", "", name, List.of(x, vector, zeros), attribute("axis", 0));
    return new Rows(integers, scales);
  }
}
