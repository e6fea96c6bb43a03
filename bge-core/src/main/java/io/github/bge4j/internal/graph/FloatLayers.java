package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;

import io.github.bge4j.internal.checkpoint.DType;
import java.util.ArrayList;
import java.util.List;

/** Linear layers in floating point. */
final class FloatLayers implements LinearLayers {

  private final WeightBinder weights;
  private final OnnxGraphBuilder graph;
  private final DType type;

  /** Makes layers whose inputs, weights and outputs are of one type. */
  FloatLayers(WeightBinder weights, OnnxGraphBuilder graph, DType type) {
    this.weights = weights;
    this.graph = graph;
    this.type = type;
  }

  @Override
  public String linear(String name, String x, String norm, int out, int in) {
    return gemm(name, x, out, in, true);
  }

  @Override
  public String multiply(String name, String x, int out, int in) {
    return gemm(name, x, out, in, false);
  }

  private String gemm(String name, String x, int out, int in, boolean biased) {
    String matrix = name + ".weight";
    boolean outputsFirst = weights.matrix(matrix, out, in, type);
    List<String> inputs = new ArrayList<>(List.of(x, matrix));
    if (biased) {
      inputs.add(weights.vector(name + ".bias", out, type));
    }
    return graph.node("Gemm", "", name, inputs, attribute("transB", outputsFirst ? 1 : 0));
  }
}
