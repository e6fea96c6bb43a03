package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The weights of a model by the names of a bare encoder, {@code embeddings.word_embeddings.weight}.
 *
 * <p>Names may differ as they do for transformers: a prefix {@code bert.} or {@code roberta.}, and
 * {@code gamma} and {@code beta} in normalisations. The buffer of position ids and the heads of
 * pre-training are left out; a pooler may be there.
 */
public final class Weights {

  private static final int MAX_LISTED = 6;

  private final String origin;
  private final Map<String, WeightReference> byName;

  private Weights(String origin, Map<String, WeightReference> byName) {
    this.origin = origin;
    this.byName = byName;
  }

  /**
   * Takes the names of a file and makes them those of a bare encoder.
   *
   * @param origin what messages call the file
   */
  static Weights of(String origin, Map<String, WeightReference> stored) {
    Map<String, WeightReference> byName = new LinkedHashMap<>();
    stored.forEach((storedName, weight) -> {
      String name = plainName(storedName);
      if (!isIgnored(name) && byName.put(name, weight) != null) {
        throw new ModelException(
            "weight " + name + " must be there once: it comes with and without a prefix or old"
                + " name, in " + origin + "; use the checkpoint as its author published it");
      }
    });
    return new Weights(origin, byName);
  }

  /**
   * Reads the weights of an ONNX file that PyTorch exported.
   *
   * @throws ModelException if it is damaged or lacks a weight of the encoder
   */
  public static Weights readOnnx(DataSource source, ModelConfig config) {
    return of(source.name(), OnnxInitializerReader.read(source)).requireEncoder(config);
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
    WeightReference weight = get(name);
    if (!Arrays.equals(weight.shape(), shape) || !weight.dtype().isFloating()) {
      throw new ModelException(
          "weight " + name + " must be floating of shape " + Arrays.toString(shape) + ": "
              + weight.dtype() + Arrays.toString(weight.shape()) + ", in " + origin
              + "; do config.json and weights belong together?");
    }
    return weight;
  }

  /** Returns whether there is the classifier of a cross-encoder. */
  public boolean hasClassifier(ModelConfig config) {
    return byName.containsKey(config.family().classifierName() + ".weight");
  }

  /** Checks that every weight of the encoder is there and has its shape. */
  Weights requireEncoder(ModelConfig config) {
    EncoderWeights.shapes(config).forEach((name, shape) -> get(name, shape));
    return this;
  }

  private static String plainName(String stored) {
    String name = stored;
    for (ModelFamily family : ModelFamily.values()) {
      if (stored.startsWith(family.prefix())) {
        name = stored.substring(family.prefix().length());
      }
    }
    return name.replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
        .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
  }

  private static boolean isIgnored(String name) {
    return name.startsWith("cls.")
        || name.startsWith("lm_head.")
        || name.equals("embeddings.position_ids");
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
}
