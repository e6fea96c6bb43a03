package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.MICROSOFT;
import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;

import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.ModelConfig;
import io.github.bge4j.internal.checkpoint.ModelFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles a BERT or XLM-RoBERTa encoder to the operators of ONNX Runtime 1.28 that a target runs
 * fastest.
 *
 * <p>Tokens lie end to end as {@code [T, hidden]}. Not thread-safe; used once.
 */
final class EncoderCompiler {

  private final ModelConfig config;
  private final WeightBinder weights;
  private final OnnxGraphBuilder graph;
  private final Target target;
  private final DType type;
  private final boolean takesTypes;
  private final LinearLayers layers;
  private final SelfAttention attention;

  /**
   * Makes a compiler.
   *
   * @param takesTypes whether tokens have types; else all have type 0
   */
  EncoderCompiler(
      ModelConfig config,
      WeightBinder weights,
      OnnxGraphBuilder graph,
      Target target,
      boolean takesTypes) {
    this.config = config;
    this.weights = weights;
    this.graph = graph;
    this.target = target;
    this.type = target.stateType();
    this.takesTypes = takesTypes;
    this.layers = target.isQuantized()
        ? new QuantizedLayers(weights, graph)
        : new FloatLayers(weights, graph, type);
    this.attention = SelfAttention.of(target, config, weights, graph, layers);
  }

  /**
   * Adds the encoder.
   *
   * @param firstTokensOnly whether nobody needs the states of other tokens than the first of each
   *     text: the last layer then computes only those
   * @return name of the states, {@code [T, hidden]} or {@code [B, hidden]}, of the target's type
   */
  String states(boolean firstTokensOnly) {
    graph.input(EncoderGraph.TOKEN_IDS, DType.I32, "tokens");
    graph.input(EncoderGraph.POSITIONS, DType.I32, "tokens");
    graph.input(EncoderGraph.FIRST_TOKENS, DType.I32, "texts");
    attention.declare(firstTokensOnly);
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
        weights.table("embeddings.word_embeddings.weight", config.vocabSize(), hidden, type),
        EncoderGraph.TOKEN_IDS);
    String position = gather(
        "position",
        weights.table("embeddings.position_embeddings.weight", config.maxPositions(), hidden, type),
        EncoderGraph.POSITIONS);
    String types = "embeddings.token_type_embeddings.weight";
    String norm = "embeddings.LayerNorm";
    if (!takesTypes) {
      String first = weights.firstRow(types, config.typeVocabSize(), hidden, type);
      return addAndNormalize("embeddings", word, position, norm, List.of(first));
    }
    graph.input(EncoderGraph.TOKEN_TYPES, DType.I32, "tokens");
    String table = weights.table(types, config.typeVocabSize(), hidden, type);
    String typeRows = gather("type", table, EncoderGraph.TOKEN_TYPES);
    String typed = graph.node("Add", "", "typed_position", List.of(position, typeRows));
    return addAndNormalize("embeddings", word, typed, norm, List.of());
  }

  private String layer(int number, String states, boolean firstTokensOnly) {
    String layer = "encoder.layer." + number;
    String norm = number == 0
        ? "embeddings.LayerNorm"
        : "encoder.layer." + (number - 1) + ".output.LayerNorm";
    SelfAttention.Mixed mixed = attention.mix(layer, states, norm, firstTokensOnly);
    String output = layer + ".attention.output";
    String attended = addAndNormalize(
        output,
        layers.multiply(output + ".dense", mixed.rows(), hidden(), hidden()),
        mixed.residual(),
        output + ".LayerNorm",
        List.of(attention.outputBias(layer)));
    return addAndNormalize(
        layer + ".output",
        layers.multiply(
            layer + ".output.dense",
            activated(layer, attended, output + ".LayerNorm"),
            hidden(),
            config.intermediateSize()),
        attended,
        layer + ".output.LayerNorm",
        List.of(weights.vector(layer + ".output.dense.bias", hidden(), type)));
  }

  /** {@code gelu(W x + b)}; on CUDA one kernel adds the bias and activates. */
  private String activated(String layer, String x, String norm) {
    String name = layer + ".intermediate.dense";
    int wide = config.intermediateSize();
    if (target.packs()) {
      String product = layers.multiply(name, x, wide, hidden());
      String bias = weights.vector(name + ".bias", wide, type);
      return graph.node("BiasGelu", MICROSOFT, layer + ".gelu", List.of(product, bias));
    }
    String sum = layers.linear(name, x, norm, wide, hidden());
    return graph.node("Gelu", "", layer + ".gelu", List.of(sum));
  }

  /**
   * Adds what a cross-encoder puts on the state of each first token: {@code W2 tanh(W1 h + b1) +
   * b2}, in fp32.
   *
   * @param states {@code [B, hidden]}
   * @return name of the logits, float {@code [B, labels]}
   */
  String logits(String states) {
    LinearLayers exact = new FloatLayers(weights, graph, DType.F32);
    ModelFamily family = config.family();
    String wide = target.widened(graph, "first_states", states);
    String inner = exact.linear(family.poolerName(), wide, "", hidden(), hidden());
    String pooled = graph.node("Tanh", "", "pooled", List.of(inner));
    return exact.linear(family.classifierName(), pooled, "", config.numLabels(), hidden());
  }

  private int hidden() {
    return config.hiddenSize();
  }

  private String gather(String name, String table, String indices) {
    return graph.node("Gather", "", name, List.of(table, indices));
  }

  /** {@code LayerNorm(x + residual + bias)}; the plain operator is five times slower. */
  private String addAndNormalize(
      String name, String x, String residual, String norm, List<String> bias) {
    List<String> inputs = new ArrayList<>(List.of(
        x,
        residual,
        weights.vector(norm + ".weight", hidden(), type),
        weights.vector(norm + ".bias", hidden(), type)));
    inputs.addAll(bias);
    return graph.node(
        "SkipLayerNormalization",
        MICROSOFT,
        name + ".normalized",
        inputs,
        attribute("epsilon", (float) config.layerNormEps()));
  }
}
