package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;

import java.util.ArrayList;
import java.util.List;

/** Linear layers in fp32, on the weights as they lie. */
record FloatLayers(WeightBinder weights, OnnxGraphBuilder graph) implements LinearLayers {

  @Override
  public String linear(String name, Rows x, int out, int in) {
    return gemm(name, x, out, in, List.of(weights.vector(name + ".bias", out)));
  }

  @Override
  public String multiply(String name, Rows x, int out, int in) {
    return gemm(name, x, out, in, List.of());
  }

  private String gemm(String name, Rows x, int out, int in, List<String> bias) {
    String matrix = name + ".weight";
    boolean outputsFirst = weights.matrix(matrix, out, in);
    List<String> inputs = new ArrayList<>(List.of(x.name(), matrix));
    inputs.addAll(bias);
    return graph.node("Gemm", "", name, inputs, attribute("transB", outputsFirst ? 1 : 0));
  }
}
