package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;

import io.github.bge4j.Output;
import java.util.List;

/**
 * Adds to an encoder what turns token states into answers. A head that works on every token runs
 * only if its switch is on. Not thread-safe; used once.
 */
final class HeadCompiler {

  private static final String DENSE = EncoderGraph.nameOf(Output.DENSE);

  private final OnnxGraphBuilder graph;
  private final int hiddenSize;

  HeadCompiler(OnnxGraphBuilder graph, int hiddenSize) {
    this.graph = graph;
    this.hiddenSize = hiddenSize;
  }

  /** The state of each text's first token as output {@code dense}, {@code [B, hidden]}. */
  void firstTokens(String states) {
    graph.node("Gather", "", DENSE, List.of(states, EncoderGraph.FIRST_TOKENS));
    graph.output(DENSE, DataType.FLOAT, "texts", hiddenSize);
  }

  /** What there is one row of a text already, {@code [B, width]}, as output {@code dense}. */
  void rowsOfTexts(String rows, int width) {
    graph.node("Identity", "", DENSE, List.of(rows));
    graph.output(DENSE, DataType.FLOAT, "texts", width);
  }

  /** The mean of each text's token states as output {@code dense}, {@code [B, hidden]}. */
  void means(String states) {
    String texts =
        graph.node("Reshape", "", "states.texts", List.of(states, EncoderGraph.ATTENTION_SHAPE));
    String axis = graph.constant("token_axis", 1L);
    graph.node("ReduceMean", "", DENSE, List.of(texts, axis), attribute("keepdims", 0));
    graph.output(DENSE, DataType.FLOAT, "texts", hiddenSize);
  }

  /**
   * A head on every token, {@code [T, head.outputs()]}: {@code relu(w h + b)} for
   * {@link Output#SPARSE}, {@code W h + b} for {@link Output#MULTI_VECTOR}.
   */
  void tokenHead(Output output, String states, LinearHead head) {
    String name = EncoderGraph.nameOf(output);
    OnnxGraphBuilder then = new OnnxGraphBuilder(name + ".head");
    if (output == Output.SPARSE) {
      String raw = linear(then, name + ".raw", states, head);
      then.node("Relu", "", name + ".then", List.of(raw));
    } else {
      linear(then, name + ".then", states, head);
    }
    optional(output, then, head.outputs());
  }

  private String linear(OnnxGraphBuilder branch, String name, String states, LinearHead head) {
    String weight = graph.constant(name + ".weight", head.weight(), head.outputs(), hiddenSize);
    String bias = graph.constant(name + ".bias", head.bias(), head.outputs());
    return branch.node("Gemm", "", name, List.of(states, weight, bias), attribute("transB", 1));
  }

  /** {@code switch ? then : nothing}. */
  private void optional(Output output, OnnxGraphBuilder then, int width) {
    String name = EncoderGraph.nameOf(output);
    then.output(name + ".then", DataType.FLOAT, "tokens", width);
    OnnxGraphBuilder otherwise = new OnnxGraphBuilder(name + ".nothing");
    otherwise.constant(name + ".else", new float[0], 0, width);
    otherwise.output(name + ".else", DataType.FLOAT, 0, width);
    String wanted = graph.input(EncoderGraph.switchOf(output), DataType.BOOL);
    graph.node(
        "If",
        "",
        name,
        List.of(wanted),
        attribute("then_branch", then.graph()),
        attribute("else_branch", otherwise.graph()));
    graph.output(name, DataType.FLOAT, "rows", width);
  }
}
