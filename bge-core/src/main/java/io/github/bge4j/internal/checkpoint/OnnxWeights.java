package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.internal.checkpoint.OnnxPatterns.LinearLayer;
import io.github.bge4j.internal.checkpoint.OnnxPatterns.NormLayer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a graph, by the names that a bare encoder has for the places where they are used,
 * whatever the file calls them. Not thread-safe.
 */
final class OnnxWeights {

  private final OnnxGraph graph;
  private final Map<String, WeightReference> byName = new LinkedHashMap<>();
  private final Map<String, Double> epsilons = new LinkedHashMap<>();

  OnnxWeights(OnnxGraph graph) {
    this.graph = graph;
  }

  /** One layer, of which the weights have no names yet. */
  record Layer(
      OnnxAttention attention,
      LinearLayer output,
      NormLayer outputNorm,
      LinearLayer wide,
      LinearLayer narrow,
      NormLayer norm) {}

  Map<String, WeightReference> byName() {
    return byName;
  }

  void embeddings(
      WeightReference words, WeightReference positions, WeightReference types, NormLayer norm) {
    byName.put("embeddings.word_embeddings.weight", words);
    byName.put("embeddings.position_embeddings.weight", positions);
    byName.put("embeddings.token_type_embeddings.weight", types);
    norm("embeddings.LayerNorm", norm);
  }

  void layer(int index, Layer layer) {
    String name = "encoder.layer." + index + ".";
    linear(name + "attention.self.query", layer.attention().query());
    linear(name + "attention.self.key", layer.attention().key());
    linear(name + "attention.self.value", layer.attention().value());
    linear(name + "attention.output.dense", layer.output());
    norm(name + "attention.output.LayerNorm", layer.outputNorm());
    linear(name + "intermediate.dense", layer.wide());
    linear(name + "output.dense", layer.narrow());
    norm(name + "output.LayerNorm", layer.norm());
  }

  /**
   * Names a linear layer.
   *
   * @throws io.github.bge4j.ModelException if it has no bias
   */
  void linear(String name, LinearLayer layer) {
    WeightReference bias = layer.bias();
    if (bias == null) {
      throw graph.refused("every linear layer must have a bias, unlike " + name);
    }
    byName.put(name + ".weight", layer.weight());
    byName.put(name + ".bias", bias);
  }

  private void norm(String name, NormLayer norm) {
    byName.put(name + ".weight", norm.scale());
    byName.put(name + ".bias", norm.shift());
    epsilons.put(name, norm.epsilon());
  }

  /**
   * Checks that all normalizations have one epsilon.
   *
   * @throws io.github.bge4j.ModelException if not
   */
  void requireEpsilon(double epsilon) {
    epsilons.forEach((name, other) -> {
      if (other != epsilon) {
        throw graph.refused("all LayerNorms must have one epsilon: " + epsilon + " of the last and "
            + other + " of " + name);
      }
    });
  }
}
