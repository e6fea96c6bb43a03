package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.MICROSOFT;
import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;

import io.github.bge4j.Precision;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.ModelConfig;
import io.github.bge4j.internal.checkpoint.ModelFamily;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a BERT or XLM-RoBERTa encoder to the operators that ONNX Runtime 1.28 runs fastest on a
 * CPU, with linear layers in fp32 or in integers.
 *
 * <p>Tokens lie end to end as {@code [T, hidden]}; only attention sees {@code [B, S, hidden]},
 * without a mask, so the texts of a run have one length S. Not thread-safe; used once.
 */
final class EncoderCompiler {

  private final ModelConfig config;
  private final WeightBinder weights;
  private final OnnxGraphBuilder graph;
  private final boolean takesTypes;
  /** What computes the linear layers of the encoder in integers; null in fp32. */
  private final @Nullable QuantizedLayers integers;

  /**
   * Makes a compiler.
   *
   * @param precision of the linear layers of the encoder
   * @param takesTypes whether tokens have types; else all have type 0
   */
  EncoderCompiler(
      ModelConfig config,
      WeightBinder weights,
      OnnxGraphBuilder graph,
      Precision precision,
      boolean takesTypes) {
    this.config = config;
    this.weights = weights;
    this.graph = graph;
    this.takesTypes = takesTypes;
    this.integers = precision == Precision.INT8 ? new QuantizedLayers(weights, graph) : null;
  }

  /**
   * Adds the encoder.
   *
   * @param firstTokensOnly whether nobody needs the states of other tokens than the first of each
   *     text: the last layer then computes only those
   * @return name of the states, float {@code [T, hidden]} or {@code [B, hidden]}
   */
  String states(boolean firstTokensOnly) {
    graph.input(EncoderGraph.TOKEN_IDS, DType.I32, "tokens");
    graph.input(EncoderGraph.POSITIONS, DType.I32, "tokens");
    graph.input(EncoderGraph.FIRST_TOKENS, DType.I32, "texts");
    graph.input(EncoderGraph.ATTENTION_SHAPE, DType.I64, 3);
    graph.constant("rows_shape", -1, config.hiddenSize());
    if (firstTokensOnly) {
      graph.constant("first_shape", -1, 1, config.hiddenSize());
    }
    String states = embeddings();
    for (int layer = 0; layer < config.layers(); layer++) {
      boolean last = layer == config.layers() - 1;
      states = layer(layer, states, last && firstTokensOnly);
    }
    return states;
  }

  /** The sum of word, position and token type, normalized. */
  private String embeddings() {
    int hidden = config.hiddenSize();
    String word = gather(
        "word",
        weights.table("embeddings.word_embeddings.weight", config.vocabSize(), hidden),
        EncoderGraph.TOKEN_IDS);
    String position = gather(
        "position",
        weights.table("embeddings.position_embeddings.weight", config.maxPositions(), hidden),
        EncoderGraph.POSITIONS);
    String types = "embeddings.token_type_embeddings.weight";
    String norm = "embeddings.LayerNorm";
    if (!takesTypes) {
      String type = weights.firstRow(types, config.typeVocabSize(), hidden);
      return addAndNormalize("embeddings", word, position, norm, List.of(type));
    }
    graph.input(EncoderGraph.TOKEN_TYPES, DType.I32, "tokens");
    String table = weights.table(types, config.typeVocabSize(), hidden);
    String type = gather("type", table, EncoderGraph.TOKEN_TYPES);
    String typed = graph.node("Add", "", "typed_position", List.of(position, type));
    return addAndNormalize("embeddings", word, typed, norm, List.of());
  }

  private String layer(int number, String states, boolean firstTokensOnly) {
    String layer = "encoder.layer." + number;
    String norm = number == 0
        ? "embeddings.LayerNorm"
        : "encoder.layer." + (number - 1) + ".output.LayerNorm";
    String attention = layer + ".attention";
    String self = attention + ".self.";
    String asking =
        firstTokensOnly ? gather(layer + ".first", states, EncoderGraph.FIRST_TOKENS) : states;
    String query = heads(linear(self + "query", asking, norm, hidden()), firstTokensOnly);
    String key = heads(linear(self + "key", states, norm, hidden()), false);
    String value = heads(linear(self + "value", states, norm, hidden()), false);
    String mixed = graph.node(
        "MultiHeadAttention",
        MICROSOFT,
        attention + ".self",
        List.of(query, key, value),
        attribute("num_heads", config.heads()));
    String rows = graph.node("Reshape", "", mixed + ".rows", List.of(mixed, "rows_shape"));
    String output = attention + ".output";
    String attended = addAndNormalize(
        output,
        multiply(output + ".dense", rows, hidden()),
        asking,
        output + ".LayerNorm",
        List.of(weights.vector(output + ".dense.bias", hidden())));

    String wide = linear(
        layer + ".intermediate.dense", attended, output + ".LayerNorm", config.intermediateSize());
    String active = graph.node("Gelu", "", layer + ".gelu", List.of(wide));
    return addAndNormalize(
        layer + ".output",
        multiply(layer + ".output.dense", active, config.intermediateSize()),
        attended,
        layer + ".output.LayerNorm",
        List.of(weights.vector(layer + ".output.dense.bias", hidden())));
  }

  /**
   * Adds what a cross-encoder puts on the state of each first token: {@code W2 tanh(W1 h + b1) +
   * b2}.
   *
   * @param states {@code [B, hidden]}
   * @return name of the logits, float {@code [B, labels]}
   */
  String logits(String states) {
    ModelFamily family = config.family();
    String inner = gemm(family.poolerName(), states, hidden(), hidden(), true);
    String pooled = graph.node("Tanh", "", "pooled", List.of(inner));
    return gemm(family.classifierName(), pooled, config.numLabels(), hidden(), true);
  }

  private int hidden() {
    return config.hiddenSize();
  }

  String gather(String name, String table, String indices) {
    return graph.node("Gather", "", name, List.of(table, indices));
  }

  private String heads(String rows, boolean firstTokensOnly) {
    String target = firstTokensOnly ? "first_shape" : EncoderGraph.ATTENTION_SHAPE;
    return graph.node("Reshape", "", rows + ".heads", List.of(rows, target));
  }

  /**
   * {@code x W^T + b}, of the width of a state.
   *
   * @param norm name of the LayerNorm that made x
   */
  private String linear(String name, String x, String norm, int out) {
    return integers == null
        ? gemm(name, x, out, hidden(), true)
        : integers.linear(name, x, norm, out, hidden());
  }

  /**
   * {@code x W^T}, of the width of a state; the bias goes into the normalization that follows,
   * where it costs nothing.
   */
  private String multiply(String name, String x, int in) {
    return integers == null
        ? gemm(name, x, hidden(), in, false)
        : integers.multiply(name, x, hidden(), in);
  }

  private String gemm(String name, String x, int out, int in, boolean biased) {
    String matrix = name + ".weight";
    boolean outputsFirst = weights.matrix(matrix, out, in);
    List<String> inputs = new ArrayList<>(List.of(x, matrix));
    if (biased) {
      inputs.add(weights.vector(name + ".bias", out));
    }
    return graph.node("Gemm", "", name, inputs, attribute("transB", outputsFirst ? 1 : 0));
  }

  /** {@code LayerNorm(x + residual + bias)}; the plain operator is five times slower. */
  private String addAndNormalize(
      String name, String x, String residual, String norm, List<String> bias) {
    List<String> inputs = new ArrayList<>(List.of(
        x,
        residual,
        weights.vector(norm + ".weight", hidden()),
        weights.vector(norm + ".bias", hidden())));
    inputs.addAll(bias);
    return graph.node(
        "SkipLayerNormalization",
        MICROSOFT,
        name + ".normalized",
        inputs,
        attribute("epsilon", (float) config.layerNormEps()));
  }
}
