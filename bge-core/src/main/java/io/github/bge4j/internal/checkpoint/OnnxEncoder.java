package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.OnnxFact.Kind;
import io.github.bge4j.internal.checkpoint.OnnxPatterns.LinearLayer;
import io.github.bge4j.internal.checkpoint.OnnxPatterns.NormLayer;
import io.github.bge4j.internal.checkpoint.OnnxWeights.Layer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The encoder that an ONNX graph is, told from its nodes alone: every node between the ids and the
 * states is accounted for, or the graph is refused.
 */
final class OnnxEncoder {

  /** As a ready model names its outputs. */
  private static final List<String> STATES = List.of("last_hidden_state", "token_embeddings");

  private static final List<String> VECTORS =
      List.of("sentence_embedding", "dense", "dense_vecs", "dense_embedding", "dense_embeddings");

  private static final String LOGITS = "logits";

  private static final Pattern QUANTIZED =
      Pattern.compile("Quantize|Integer|^QLinear|^QAttention|^QGemm|NBits|BFP");

  private final OnnxGraph graph;
  private final OnnxPatterns patterns;
  private final OnnxPooling pooling;
  private final OnnxWeights weights;

  /** From the last to the first. */
  private final List<Layer> layers = new ArrayList<>();

  private OnnxEncoder(Region source) {
    graph = OnnxGraph.read(source);
    patterns = new OnnxPatterns(graph, OnnxFacts.of(graph));
    pooling = new OnnxPooling(patterns);
    weights = new OnnxWeights(graph);
  }

  /**
   * What a graph was found to be.
   *
   * @param config as {@code config.json} would have it
   * @param weights by the names of a bare encoder, and of its classifier
   * @param firstTokens whether its vectors, if it gives some, are the states of the first tokens
   */
  record Found(ModelConfig config, Map<String, WeightReference> weights, boolean firstTokens) {}

  /** The sum of an embedding, before it is normalized. */
  private record Embeddings(
      WeightReference words,
      WeightReference positions,
      WeightReference types,
      OnnxFact counting,
      boolean typed) {}

  /**
   * Looks at a graph. Loads no weight.
   *
   * @throws ModelException if it is damaged, or not understood
   */
  static Found find(Region source) {
    return new OnnxEncoder(source).find();
  }

  private Found find() {
    graph.nodes().stream()
        .filter(node -> QUANTIZED.matcher(node.operator()).find())
        .findFirst()
        .ifPresent(node -> {
          throw graph.refused("it is quantized, with " + node);
        });
    List<String> outputs = graph.outputs();
    String vectors = first(VECTORS);
    if (outputs.contains(LOGITS)) {
      OnnxPooling.Classifier classifier = pooling.classifier(LOGITS);
      return found(encoder(classifier.states()), classifier, true);
    }
    String states = first(STATES);
    if (states != null) {
      boolean firstTokens = vectors == null || pooling.isFirstTokens(vectors, states);
      return found(encoder(states), null, firstTokens);
    }
    if (vectors != null) {
      OnnxPooling.Pooled pooled = pooling.pooled(vectors);
      return found(encoder(pooled.states()), null, pooled.firstTokens());
    }
    throw graph.refused("it gives " + outputs.stream().limit(Weights.MAX_LISTED).toList()
        + " and none of " + STATES + ", " + VECTORS + " and " + LOGITS);
  }

  private @Nullable String first(List<String> names) {
    return names.stream().filter(graph.outputs()::contains).findFirst().orElse(null);
  }

  private Found found(
      Embeddings embeddings, OnnxPooling.@Nullable Classifier classifier, boolean firstTokens) {
    if (layers.isEmpty()) {
      throw graph.refused("it has no layers");
    }
    Layer layer = layers.get(0);
    boolean roberta = embeddings.counting().is(Kind.POSITIONS_AFTER_PADDING);
    ModelFamily family = roberta ? ModelFamily.XLM_ROBERTA : ModelFamily.BERT;
    int labels = ModelConfig.DEFAULT_LABELS;
    if (classifier != null) {
      labels = width(classifier.last().weight(), 0);
      weights.linear(family.poolerName(), classifier.first());
      weights.linear(family.classifierName(), classifier.last());
      if (!roberta && !embeddings.typed() && width(embeddings.types(), 0) > 1) {
        throw graph.refused("a reranker must be told the texts of a pair apart by token_type_ids,"
            + " which it does not read");
      }
    }
    ModelConfig config = new ModelConfig(
        family,
        classifier == null ? List.of() : List.of(family.className() + ModelConfig.CLASSIFIER),
        width(embeddings.words(), 1),
        layers.size(),
        (int) Math.min(layer.attention().heads(), Integer.MAX_VALUE),
        width(layer.wide().weight(), 0),
        layer.norm().epsilon(),
        width(embeddings.positions(), 0),
        width(embeddings.types(), 0),
        width(embeddings.words(), 0),
        roberta ? (int) embeddings.counting().number() : family.defaultPadTokenId(),
        labels);
    for (int i = 0; i < layers.size(); i++) {
      weights.layer(i, layers.get(layers.size() - 1 - i));
    }
    weights.requireEpsilon(config.layerNormEps());
    return new Found(config.checked(graph.name()), weights.byName(), firstTokens);
  }

  private static int width(WeightReference weight, int dimension) {
    return (int) Math.min(weight.shape()[dimension], Integer.MAX_VALUE);
  }

  /** Goes from the states through all layers down to the embeddings. */
  private Embeddings encoder(String states) {
    String value = states;
    while (true) {
      OnnxNode fused = patterns.node(value, "EmbedLayerNormalization");
      NormLayer norm = fused == null ? patterns.norm(value) : null;
      if (fused != null || (norm != null && norm.terms().size() > 2)) {
        return require(
            fused == null ? embeddings(Objects.requireNonNull(norm)) : embeddings(fused),
            value,
            "embeddings must be the normalized sum of words, types and the positions of BERT or"
                + " XLM-RoBERTa");
      }
      value = layer(value);
    }
  }

  private @Nullable Embeddings embeddings(NormLayer norm) {
    Map<Kind, OnnxNode> parts = new EnumMap<>(Kind.class);
    for (String term : norm.terms()) {
      OnnxNode node = patterns.node(term, "Gather");
      if (node == null || node.integer("axis", 0) != 0) {
        return null;
      }
      OnnxFact rows = patterns.fact(node.input(1));
      parts.put(rows.isAll(0) ? Kind.TYPES : positions(rows) ? Kind.POSITIONS : rows.kind(), node);
    }
    OnnxNode words = parts.get(Kind.IDS);
    OnnxNode positions = parts.get(Kind.POSITIONS);
    OnnxNode types = parts.get(Kind.TYPES);
    if (parts.size() != 3
        || words == null
        || positions == null
        || types == null
        || norm.bias() != null) {
      return null;
    }
    return embeddings(
        norm,
        patterns.weight(words.input(0), 2),
        patterns.weight(positions.input(0), 2),
        patterns.weight(types.input(0), 2),
        patterns.fact(positions.input(1)),
        patterns.fact(types.input(1)));
  }

  private static boolean positions(OnnxFact rows) {
    return rows.is(Kind.POSITIONS) || rows.is(Kind.POSITIONS_AFTER_PADDING);
  }

  private @Nullable Embeddings embeddings(OnnxNode node) {
    OnnxFact types = patterns.fact(node.input(1));
    OnnxFact positions = node.input(8).isEmpty()
        ? OnnxFact.of(Kind.POSITIONS, 0, null)
        : patterns.fact(node.input(8));
    WeightReference scale = patterns.weight(node.input(5), 1);
    WeightReference shift = patterns.weight(node.input(6), 1);
    boolean typed = types.is(Kind.TYPES) || types.isAll(0);
    if (scale == null
        || shift == null
        || !typed
        || !positions(positions)
        || !patterns.fact(node.input(0)).is(Kind.IDS)) {
      return null;
    }
    return embeddings(
        new NormLayer(List.of(), null, scale, shift, node.decimal("epsilon", 1e-12)),
        patterns.weight(node.input(2), 2),
        patterns.weight(node.input(3), 2),
        patterns.weight(node.input(4), 2),
        positions,
        types);
  }

  private @Nullable Embeddings embeddings(
      NormLayer norm,
      @Nullable WeightReference words,
      @Nullable WeightReference positions,
      @Nullable WeightReference types,
      OnnxFact counting,
      OnnxFact typing) {
    if (words == null || positions == null || types == null) {
      return null;
    }
    weights.embeddings(words, positions, types, norm);
    return new Embeddings(words, positions, types, counting, typing.is(Kind.TYPES));
  }

  /** Takes the layer that gives a value, and returns what it is given. */
  private String layer(String value) {
    String which = layers.isEmpty() ? "the last layer" : "layer " + layers.size() + " from the end";
    NormLayer norm = require(patterns.norm(value), value, which + " must end in a LayerNorm");
    int narrowTerm = layerTerm(norm, value, which);
    LinearLayer narrow = linear(norm, narrowTerm);
    String middle = norm.terms().get(1 - narrowTerm);
    LinearLayer wide = require(
        OnnxGelu.layerBefore(patterns, narrow.input()),
        narrow.input(),
        which + " must have the exact (erf) GELU between its linear layers");
    requireSame(wide.input(), middle, which + " must add what its feed-forward network is given");
    NormLayer outputNorm = require(
        patterns.norm(middle), middle, which + " must have a LayerNorm after its attention");
    int outputTerm = layerTerm(outputNorm, middle, which);
    LinearLayer output = linear(outputNorm, outputTerm);
    String states = outputNorm.terms().get(1 - outputTerm);
    OnnxAttention attention = require(
        OnnxAttention.of(patterns, output.input()),
        output.input(),
        which + " must have plain attention with the scale 1 / sqrt(head size)");
    requireSame(attention.query().input(), states, which + " must add what its attention is given");
    Layer layer = new Layer(attention, output, outputNorm, wide, narrow, norm);
    if (!layers.isEmpty() && layers.get(0).attention().heads() != attention.heads()) {
      throw graph.refused("all layers must have one number of heads, unlike " + which);
    }
    layers.add(layer);
    return states;
  }

  /** Returns which of two terms is a linear layer; the other is what goes around it. */
  private int layerTerm(NormLayer norm, String value, String which) {
    if (norm.terms().size() == 2) {
      for (int i = 0; i < 2; i++) {
        LinearLayer layer = patterns.linear(norm.terms().get(i));
        if (layer != null && layer.plus(norm.bias()) != null) {
          return i;
        }
      }
    }
    throw unlike(value, which + " must normalize the sum of a linear layer and what it is given");
  }

  private LinearLayer linear(NormLayer norm, int term) {
    LinearLayer layer = Objects.requireNonNull(patterns.linear(norm.terms().get(term)));
    return Objects.requireNonNull(layer.plus(norm.bias()));
  }

  private void requireSame(String value, String other, String rule) {
    if (!patterns.same(value, other)) {
      throw unlike(value, rule);
    }
  }

  private <T> T require(@Nullable T found, String value, String rule) {
    if (found == null) {
      throw unlike(value, rule);
    }
    return found;
  }

  private ModelException unlike(String value, String rule) {
    OnnxNode node = patterns.node(value);
    return graph.refused(rule + ", not " + (node == null ? "'" + value + "'" : node));
  }
}
