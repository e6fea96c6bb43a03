package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.MICROSOFT;
import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;

import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.ModelConfig;
import java.util.List;

/**
 * How the tokens of a text see each other, up to the projection of what they saw. Not thread-safe;
 * used once.
 */
abstract class SelfAttention {

  final ModelConfig config;
  final WeightBinder weights;
  final OnnxGraphBuilder graph;
  final LinearLayers layers;

  private SelfAttention(
      ModelConfig config, WeightBinder weights, OnnxGraphBuilder graph, LinearLayers layers) {
    this.config = config;
    this.weights = weights;
    this.graph = graph;
    this.layers = layers;
  }

  /** Returns the attention of a target. */
  static SelfAttention of(
      Target target,
      ModelConfig config,
      WeightBinder weights,
      OnnxGraphBuilder graph,
      LinearLayers layers) {
    return target.packs()
        ? new Packed(config, weights, graph, layers, target)
        : new OfOneLength(config, weights, graph, layers);
  }

  /** Declares the inputs that it wants. */
  abstract void declare(boolean firstTokensOnly);

  /**
   * What a layer goes on with.
   *
   * @param rows mixed values, {@code [rows, hidden]}
   * @param residual states of the same rows
   */
  record Mixed(String rows, String residual) {}

  /**
   * Adds the attention of a layer.
   *
   * @param layer name of the layer
   * @param states of all tokens, {@code [T, hidden]}
   * @param norm name of the LayerNorm that made them
   * @param firstTokensOnly whether the rows of the first token of each text are wanted, no others
   */
  abstract Mixed mix(String layer, String states, String norm, boolean firstTokensOnly);

  /** Adds the bias of the projection of mixed values, of which {@link #mix} may need a part. */
  abstract String outputBias(String layer);

  String linear(String name, String x, String norm) {
    return layers.linear(name, x, norm, config.hiddenSize(), config.hiddenSize());
  }

  String firstOf(String name, String rows) {
    return graph.node("Gather", "", name, List.of(rows, EncoderGraph.FIRST_TOKENS));
  }

  /** For CPUs, in the shape {@code [B, S, hidden]}, without a mask. */
  private static final class OfOneLength extends SelfAttention {

    OfOneLength(
        ModelConfig config, WeightBinder weights, OnnxGraphBuilder graph, LinearLayers layers) {
      super(config, weights, graph, layers);
    }

    @Override
    void declare(boolean firstTokensOnly) {
      graph.input(EncoderGraph.ATTENTION_SHAPE, DType.I64, 3);
      graph.constant("rows_shape", -1, config.hiddenSize());
      if (firstTokensOnly) {
        graph.constant("first_shape", -1, 1, config.hiddenSize());
      }
    }

    @Override
    Mixed mix(String layer, String states, String norm, boolean firstTokensOnly) {
      String self = layer + ".attention.self";
      String asking = firstTokensOnly ? firstOf(layer + ".first", states) : states;
      String query = heads(linear(self + ".query", asking, norm), firstTokensOnly);
      String key = heads(linear(self + ".key", states, norm), false);
      String value = heads(linear(self + ".value", states, norm), false);
      String mixed = graph.node(
          "MultiHeadAttention",
          MICROSOFT,
          self,
          List.of(query, key, value),
          attribute("num_heads", config.heads()));
      String rows = graph.node("Reshape", "", mixed + ".rows", List.of(mixed, "rows_shape"));
      return new Mixed(rows, asking);
    }

    private String heads(String rows, boolean firstTokensOnly) {
      String target = firstTokensOnly ? "first_shape" : EncoderGraph.ATTENTION_SHAPE;
      return graph.node("Reshape", "", rows + ".heads", List.of(rows, target));
    }

    @Override
    String outputBias(String layer) {
      return weights.vector(layer + ".attention.output.dense.bias", config.hiddenSize(), DType.F32);
    }
  }

  /**
   * For CUDA, on texts of any lengths end to end.
   *
   * <p>The operator needs a padded workspace for biases, so it gets none, which is exact: {@code q
   * (k + b_k) = q k + q b_k} adds the same to all scores of a query, which softmax does not see;
   * and its weights sum to 1, so {@code W_o (m + b_v) + b_o = W_o m + (b_o + W_o b_v)}.
   */
  private static final class Packed extends SelfAttention {

    private final Target target;

    Packed(
        ModelConfig config,
        WeightBinder weights,
        OnnxGraphBuilder graph,
        LinearLayers layers,
        Target target) {
      super(config, weights, graph, layers);
      this.target = target;
    }

    @Override
    void declare(boolean firstTokensOnly) {
      graph.input(EncoderGraph.TOKEN_OFFSET, DType.I32, "texts", "longest");
      graph.input(EncoderGraph.CUMULATIVE_LENGTHS, DType.I32, "texts_and_1");
      if (target.attention().length > 0) {
        graph.function(target.attentionDomain(), target.attention());
      }
    }

    @Override
    Mixed mix(String layer, String states, String norm, boolean firstTokensOnly) {
      String self = layer + ".attention.self";
      String query = linear(self + ".query", states, norm);
      String key = multiply(self + ".key", states);
      String value = multiply(self + ".value", states);
      String mixed = graph.node(
          "PackedMultiHeadAttention",
          target.attentionDomain(),
          self,
          List.of(
              query, key, value, "", EncoderGraph.TOKEN_OFFSET, EncoderGraph.CUMULATIVE_LENGTHS),
          attribute("num_heads", config.heads()));
      // The operator wants as many queries as keys.
      return firstTokensOnly
          ? new Mixed(firstOf(self + ".first", mixed), firstOf(layer + ".first", states))
          : new Mixed(mixed, states);
    }

    private String multiply(String name, String x) {
      return layers.multiply(name, x, config.hiddenSize(), config.hiddenSize());
    }

    @Override
    String outputBias(String layer) {
      int hidden = config.hiddenSize();
      String output = layer + ".attention.output.dense";
      float[] bias = weights.values(output + ".bias", hidden);
      float[] matrix = weights.values(output + ".weight", hidden, hidden);
      float[] valueBias = weights.values(layer + ".attention.self.value.bias", hidden);
      // Its shape is checked, for nothing else reads it.
      weights.values(layer + ".attention.self.key.bias", hidden);
      return weights.constant(
          output + ".bias", foldValueBias(matrix, bias, valueBias), target.stateType());
    }
  }

  /**
   * Returns {@code b_o + W_o b_v}.
   *
   * @param matrix {@code W_o}, {@code [out, in]}
   * @param bias {@code b_o}, {@code [out]}
   * @param valueBias {@code b_v}, {@code [in]}
   */
  static float[] foldValueBias(float[] matrix, float[] bias, float[] valueBias) {
    float[] folded = new float[bias.length];
    for (int row = 0; row < bias.length; row++) {
      double sum = bias[row];
      for (int i = 0; i < valueBias.length; i++) {
        sum += (double) matrix[row * valueBias.length + i] * valueBias[i];
      }
      folded[row] = (float) sum;
    }
    return folded;
  }
}
