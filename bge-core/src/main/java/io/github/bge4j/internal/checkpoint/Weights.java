package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The weights of a model by the names of a bare encoder, {@code embeddings.word_embeddings.weight},
 * and those of its pooler, its classifier and the heads of BGE-M3, if they lie in the same files.
 */
public final class Weights {

  static final String SPARSE_HEAD = "sparse_linear";
  static final String COLBERT_HEAD = "colbert_linear";
  static final int MAX_LISTED = 6;

  /** Parts of an encoder; what is below these decides about its vectors. */
  private static final List<String> PARTS = List.of("embeddings.", "encoder.");

  private static final Pattern LAYER = Pattern.compile("encoder\\.layer\\.(\\d{1,9})\\..*");

  private final String origin;
  private final Map<String, WeightReference> byName;

  /**
   * Wraps weights.
   *
   * @param origin what messages call the files
   * @param byName by the names of a bare encoder; not copied
   */
  Weights(String origin, Map<String, WeightReference> byName) {
    this.origin = origin;
    this.byName = byName;
  }

  /**
   * Reads the weights of an ONNX file that PyTorch exported.
   *
   * @throws ModelException if it is damaged or lacks a weight of the encoder
   */
  public static Weights readOnnx(DataSource source, ModelConfig config) {
    return StoredWeights.of(source.name(), OnnxInitializerReader.read(source))
        .requireEncoder(config);
  }

  /** Returns what messages call the files. */
  public String origin() {
    return origin;
  }

  /** Returns all names. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** Finds a weight. */
  public Optional<WeightReference> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * Returns a weight.
   *
   * @throws ModelException if it is missing
   */
  public WeightReference get(String name) {
    return find(name)
        .orElseThrow(() -> new ModelException(
            "weight " + name + " must be in " + origin + "; it has " + byName.size()
                + " weights, the nearest: " + nearest(name)
                + "; do config.json and weights belong together?"));
  }

  /**
   * Returns a weight of a known shape.
   *
   * @throws ModelException if it is missing, of another shape, or not floating
   */
  public WeightReference get(String name, long... shape) {
    return get(name).require(name, shape);
  }

  /** Finds a layer that is no part of the encoder, such as a head. */
  Optional<SmallLayer> layer(String name) {
    return SmallLayer.find(origin, byName, name);
  }

  /** Returns whether there is the classifier of a cross-encoder. */
  public boolean hasClassifier(ModelConfig config) {
    return byName.containsKey(config.family().classifierName() + ".weight");
  }

  /** A weight inside the encoder that we do not know would change what it computes. */
  void refuseUnknown(Set<String> known, ModelConfig config) {
    for (String name : byName.keySet()) {
      if (PARTS.stream().anyMatch(name::startsWith) && !known.contains(name)) {
        Matcher layer = LAYER.matcher(name);
        boolean tooDeep = layer.matches() && Integer.parseInt(layer.group(1)) >= config.layers();
        throw new ModelException("every weight of an encoder must be known: " + name + ", in "
            + origin + "; "
            + (tooDeep
                ? "config.json says num_hidden_layers " + config.layers()
                    + ": do config.json and weights belong together?"
                : "supported are BERT and XLM-RoBERTa encoders as transformers saves them"));
      }
    }
  }

  private String nearest(String wanted) {
    return byName.keySet().stream()
        .sorted(Comparator.comparingInt((String name) -> -commonPrefix(name, wanted)))
        .limit(MAX_LISTED)
        .collect(Collectors.joining(", "));
  }

  private static int commonPrefix(String first, String second) {
    int length = 0;
    while (length < Math.min(first.length(), second.length())
        && first.charAt(length) == second.charAt(length)) {
      length++;
    }
    return length;
  }

  /**
   * Returns the shapes of the weights that every encoder has, by name, in the order in which they
   * are used. The pooler is not among them.
   */
  static Map<String, long[]> encoderShapes(ModelConfig config) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    String embeddings = "embeddings.";
    shapes.put(embeddings + "word_embeddings.weight", new long[] {config.vocabSize(), hidden});
    shapes.put(
        embeddings + "position_embeddings.weight", new long[] {config.maxPositions(), hidden});
    shapes.put(
        embeddings + "token_type_embeddings.weight", new long[] {config.typeVocabSize(), hidden});
    putNorm(shapes, embeddings + "LayerNorm", hidden);
    for (int i = 0; i < config.layers(); i++) {
      String layer = "encoder.layer." + i + ".";
      putLinear(shapes, layer + "attention.self.query", hidden, hidden);
      putLinear(shapes, layer + "attention.self.key", hidden, hidden);
      putLinear(shapes, layer + "attention.self.value", hidden, hidden);
      putLinear(shapes, layer + "attention.output.dense", hidden, hidden);
      putNorm(shapes, layer + "attention.output.LayerNorm", hidden);
      putLinear(shapes, layer + "intermediate.dense", wide, hidden);
      putLinear(shapes, layer + "output.dense", hidden, wide);
      putNorm(shapes, layer + "output.LayerNorm", hidden);
    }
    return shapes;
  }

  private static void putLinear(Map<String, long[]> shapes, String layer, long out, long in) {
    shapes.put(layer + ".weight", new long[] {out, in});
    shapes.put(layer + ".bias", new long[] {out});
  }

  private static void putNorm(Map<String, long[]> shapes, String norm, long size) {
    shapes.put(norm + ".weight", new long[] {size});
    shapes.put(norm + ".bias", new long[] {size});
  }
}
