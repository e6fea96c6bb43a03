package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;

import io.github.bge4j.ModelException;
import io.github.bge4j.Output;
import io.github.bge4j.Pooling;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import java.util.List;

/**
 * Adds to an encoder what turns token states into answers. A head that works on every token runs
 * only if its switch is on. Not thread-safe; used once.
 */
final class HeadCompiler {

  private static final long FLOAT = DType.F32.onnxType();

  private static final String DENSE = EncoderGraph.nameOf(Output.DENSE);

  private final OnnxGraphBuilder graph;
  private final int hiddenSize;
  private final Target target;

  /** Makes a compiler for states of the target's type. */
  HeadCompiler(OnnxGraphBuilder graph, int hiddenSize, Target target) {
    this.graph = graph;
    this.hiddenSize = hiddenSize;
    this.target = target;
  }

  /**
   * The vector of each text as output {@code dense}, float {@code [B, size]}; all after pooling is
   * computed in fp32.
   *
   * @param states of all tokens, {@code [T, hidden]}, or of the first token of each text
   * @param firstTokensOnly whether they are the latter, and nothing else is pooled
   * @return the size
   * @throws ModelException if a layer does not fit the one before, or the target packs and others
   *     than first tokens are pooled
   */
  int dense(String states, boolean firstTokensOnly, VectorRecipe recipe) {
    String rows = firstTokensOnly ? states : pooled(states, recipe.pooling());
    String vector = target.widened(graph, "pooled.wide", rows);
    int size = hiddenSize * recipe.pooling().size();
    int number = 0;
    for (VectorRecipe.Step step : recipe.steps()) {
      String name = "dense.step" + number++;
      if (step instanceof VectorRecipe.Dense dense) {
        Linear layer = dense.layer();
        requireSize(size, layer.inputs());
        vector =
            activated(name, dense.activation(), layer(graph, name, vector, layer, size, DType.F32));
        size = layer.outputs();
      } else if (step instanceof VectorRecipe.LayerNorm norm) {
        float[] scale = norm.weight().toFloats();
        requireSize(size, scale.length);
        vector = normalized(name, vector, scale, norm.bias().toFloats());
      } else {
        vector = ofUnitLength(name, vector);
      }
    }
    rowsOfTexts(DENSE, vector, size);
    return size;
  }

  /** What there is one row of a text already, {@code [B, width]}, as an output. */
  void rowsOfTexts(String output, String rows, int width) {
    graph.node("Identity", "", output, List.of(rows));
    graph.output(output, DType.F32, "texts", width);
  }

  private static void requireSize(int size, int wanted) {
    if (size != wanted) {
      throw new ModelException(
          "every module must take what the one before gives: " + size
              + " components where " + wanted
              + " are wanted; leave pooling unset, and see that the files of the model belong together");
    }
  }

  private String pooled(String states, List<Pooling> modes) {
    if (modes.equals(List.of(Pooling.CLS))) {
      return firstTokens(states);
    }
    if (target.packs()) {
      throw new ModelException("on CUDA vectors must be made of the first tokens: of " + modes
          + " here; run this model on the CPU, Device.cpu()");
    }
    String texts =
        graph.node("Reshape", "", "states.texts", List.of(states, EncoderGraph.ATTENTION_SHAPE));
    graph.constant("token_axis", 1L);
    List<String> parts = modes.stream().map(mode -> pooled(states, texts, mode)).toList();
    return parts.size() == 1
        ? parts.get(0)
        : graph.node("Concat", "", "pooled", parts, attribute("axis", 1));
  }

  private String firstTokens(String states) {
    return graph.node("Gather", "", "pooled.cls", List.of(states, EncoderGraph.FIRST_TOKENS));
  }

  private String pooled(String states, String texts, Pooling mode) {
    return switch (mode) {
      case CLS -> firstTokens(states);
      case MAX -> reduce("ReduceMax", "pooled.max", texts);
      case MEAN -> reduce("ReduceMean", "pooled.mean", texts);
      case MEAN_SQRT_LENGTH -> {
        String sum = reduce("ReduceSum", "pooled.sum", texts);
        String root = graph.node("Sqrt", "", "root_length", List.of(length("sqrt_length")));
        yield graph.node("Div", "", "pooled.mean_sqrt", List.of(sum, root));
      }
      case WEIGHTED_MEAN -> weightedMean(texts);
      case LAST_TOKEN -> {
        String last = graph.constant("last_token", -1L);
        String rows =
            graph.node("Gather", "", "last_rows", List.of(texts, last), attribute("axis", 1));
        String shape = graph.constant("vector_shape", -1, hiddenSize);
        yield graph.node("Reshape", "", "pooled.last", List.of(rows, shape));
      }
    };
  }

  private String reduce(String operator, String name, String texts) {
    return graph.node(operator, "", name, List.of(texts, "token_axis"), attribute("keepdims", 0));
  }

  /** The number of tokens of each text of the run, float without axes. */
  private String length(String name) {
    String index = graph.constant(name + ".index", 1L);
    String sizes =
        graph.node("Gather", "", name + ".long", List.of(EncoderGraph.ATTENTION_SHAPE, index));
    String scalar = graph.constant(name + ".shape");
    String shaped = graph.node("Reshape", "", name + ".scalar", List.of(sizes, scalar));
    return graph.node("Cast", "", name, List.of(shaped), attribute("to", FLOAT));
  }

  /** The weights are 1, 2, ..., S. */
  private String weightedMean(String texts) {
    String one = graph.constant("one", new float[] {1});
    String end = graph.node("Add", "", "weights.end", List.of(length("weighted_length"), one));
    String weights = graph.node("Range", "", "weights", List.of(one, end, one));
    String sums = graph.node("MatMul", "", "weighted.sum", List.of(weights, texts));
    String total =
        graph.node("ReduceSum", "", "weights.sum", List.of(weights), attribute("keepdims", 0));
    return graph.node("Div", "", "pooled.weighted", List.of(sums, total));
  }

  private String activated(String name, VectorRecipe.Activation activation, String x) {
    return switch (activation) {
      case IDENTITY -> x;
      case TANH -> graph.node("Tanh", "", name + ".active", List.of(x));
      case RELU -> graph.node("Relu", "", name + ".active", List.of(x));
      case GELU -> graph.node("Gelu", "", name + ".active", List.of(x));
      case SIGMOID -> graph.node("Sigmoid", "", name + ".active", List.of(x));
      case SILU -> {
        String gate = graph.node("Sigmoid", "", name + ".gate", List.of(x));
        yield graph.node("Mul", "", name + ".active", List.of(x, gate));
      }
    };
  }

  private String normalized(String name, String x, float[] scale, float[] shift) {
    String weight = graph.constant(name + ".weight", scale, scale.length);
    String bias = graph.constant(name + ".bias", shift, shift.length);
    return graph.node(
        "LayerNormalization", "", name, List.of(x, weight, bias), attribute("epsilon", (float)
            VectorRecipe.LayerNorm.EPSILON));
  }

  private String ofUnitLength(String name, String x) {
    String axis = graph.constant(name + ".axis", 1L);
    String norm = graph.node("ReduceL2", "", name + ".norm", List.of(x, axis));
    String least = graph.constant(name + ".least", new float[] {1e-12f});
    String divisor = graph.node("Max", "", name + ".divisor", List.of(norm, least));
    return graph.node("Div", "", name, List.of(x, divisor));
  }

  /**
   * A head on every token, {@code [T, head.outputs()]}: {@code relu(w h + b)} for
   * {@link Output#SPARSE}, in fp32, without the relu if the target packs; {@code W h + b} for
   * {@link Output#MULTI_VECTOR}, of the type of the states, because so many numbers take longer to
   * copy than to compute.
   */
  void tokenHead(Output output, String states, Linear head) {
    String name = EncoderGraph.nameOf(output);
    OnnxGraphBuilder then = new OnnxGraphBuilder(name + ".head");
    if (output == Output.SPARSE) {
      String wide = target.widened(then, name + ".wide", states);
      // Relu on CUDA makes 0 of what is no number; who reads weights drops those below 0.
      boolean relu = !target.packs();
      String raw = layer(then, name + (relu ? ".raw" : ".then"), wide, head, hiddenSize, DType.F32);
      if (relu) {
        then.node("Relu", "", name + ".then", List.of(raw));
      }
      optional(output, then, head.outputs(), DType.F32);
    } else {
      layer(then, name + ".then", states, head, hiddenSize, target.stateType());
      optional(output, then, head.outputs(), target.stateType());
    }
  }

  /** {@code W x + b}; the weights stand outside of a branch. */
  private String layer(
      OnnxGraphBuilder branch, String name, String x, Linear layer, int inputs, DType type) {
    float[] matrix = layer.weight().toFloats();
    float[] shift = layer.bias().toFloats();
    FloatConversion.requireRange(name, matrix, type);
    FloatConversion.requireRange(name, shift, type);
    String weight = graph.constant(name + ".weight", type, matrix, layer.outputs(), inputs);
    String bias = graph.constant(name + ".bias", type, shift, layer.outputs());
    return branch.node("Gemm", "", name, List.of(x, weight, bias), attribute("transB", 1));
  }

  /** {@code switch ? then : nothing}. */
  private void optional(Output output, OnnxGraphBuilder then, int width, DType type) {
    String name = EncoderGraph.nameOf(output);
    then.output(name + ".then", type, "tokens", width);
    OnnxGraphBuilder otherwise = new OnnxGraphBuilder(name + ".nothing");
    otherwise.constant(name + ".else", type, new float[0], 0, width);
    otherwise.output(name + ".else", type, 0, width);
    String wanted = graph.input(EncoderGraph.switchOf(output), DType.BOOL);
    graph.node(
        "If",
        "",
        name,
        List.of(wanted),
        attribute("then_branch", then.graph()),
        attribute("else_branch", otherwise.graph()));
    graph.output(name, type, "rows", width);
  }
}
