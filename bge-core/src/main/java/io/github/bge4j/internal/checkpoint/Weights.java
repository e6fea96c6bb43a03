package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.util.ArrayList;
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
 * The weights of a model: by the names that they have in its files, or, after
 * {@link #requireEncoder}, by those of a bare encoder, {@code embeddings.word_embeddings.weight},
 * and of its pooler, its classifier and the heads of BGE-M3, if they lie in the same files.
 *
 * <p>An encoder may lie in files under any one prefix, such as {@code bert.} or
 * {@code module.model.}: where its word table is. The heads are looked for beside and inside the
 * encoder, as the classes of transformers and of trainers have them.
 */
public final class Weights {

  static final int MAX_LISTED = 6;

  /** Parts of an encoder; what is below these decides about its vectors. */
  private static final List<String> PARTS = List.of("embeddings.", "encoder.");

  private static final Pattern LAYER = Pattern.compile("encoder\\.layer\\.(\\d{1,9})\\..*");

  private static final String WORD_TABLE = "embeddings.word_embeddings.weight";
  private static final int MAX_ENCODERS = 16;

  /** What may lie beside an encoder and be part of the model. */
  private static final List<String> HEADS =
      List.of("classifier.", NeededFiles.SPARSE_HEAD + ".", NeededFiles.COLBERT_HEAD + ".");

  /** Buffers of transformers, which hold no more than 0, 1, 2... */
  private static final Set<String> BUFFERS =
      Set.of("embeddings.position_ids", "embeddings.token_type_ids");

  private static final Pattern ADAPTER =
      Pattern.compile("(^|\\.)(lora_|base_layer\\.|modules_to_save\\.)");

  private static final Pattern QUANTISED = Pattern.compile("\\.(SCB|qweight|qzeros|weight_scale\\w*"
      + "|weight_format|weight\\.(absmax|quant_map|quant_state\\..*|nested_.*))$"
      + "|_(quantized|zero_point)$");

  private final String origin;
  private final Map<String, WeightReference> byName;

  /**
   * Wraps weights.
   *
   * @param origin what messages call the files
   * @param byName by the names of a bare encoder; not copied
   */
  private Weights(String origin, Map<String, WeightReference> byName) {
    this.origin = origin;
    this.byName = byName;
  }

  /**
   * Takes the names of a file; {@code gamma} and {@code beta} become those of today.
   *
   * @param origin what messages call the file
   */
  static Weights of(String origin, Map<String, WeightReference> stored) {
    Map<String, WeightReference> byName = new LinkedHashMap<>();
    Weights weights = new Weights(origin, byName);
    stored.forEach((name, weight) -> byName.merge(todaysName(name), weight, (a, b) -> {
      throw weights.twice(todaysName(name));
    }));
    return weights;
  }

  /**
   * Reads the weights of an ONNX file that PyTorch exported.
   *
   * @throws ModelException if it is damaged or lacks a weight of the encoder
   */
  public static Weights readOnnx(Region source, ModelConfig config) {
    return Weights.of(source.name(), OnnxInitializerReader.read(source)).requireEncoder(config);
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

  /**
   * Returns the weights of the one encoder that is complete, with its heads.
   *
   * @throws ModelException if there is none or a second one, a weight has another shape, or the
   *     encoder has a weight that would change its vectors and is not known
   */
  Weights requireEncoder(ModelConfig config) {
    refuse(ADAPTER, "merge the adapter with merge_and_unload(), and save_pretrained the model");
    refuse(QUANTISED, "use the checkpoint that is not quantised");
    Map<String, long[]> shapes = config.weightShapes();
    String prefix = prefix(shapes.keySet());
    Weights weights = new Weights(origin, below(prefix));
    weights.refuseUnknown(shapes.keySet(), config);
    shapes.forEach(weights::get);
    return weights;
  }

  private void refuse(Pattern names, String remedy) {
    for (String name : byName.keySet()) {
      if (names.matcher(name).find()) {
        throw new ModelException(
            "weights must be those of a plain encoder: " + name + ", in " + origin + "; " + remedy);
      }
    }
  }

  /** Finds the one prefix with a complete encoder, or that with the fewest weights missing. */
  private String prefix(Set<String> wanted) {
    List<String> prefixes = byName.keySet().stream()
        .filter(name -> name.equals(WORD_TABLE) || name.endsWith("." + WORD_TABLE))
        .map(name -> name.substring(0, name.length() - WORD_TABLE.length()))
        .toList();
    if (prefixes.size() > MAX_ENCODERS) {
      throw several(prefixes.subList(0, MAX_ENCODERS));
    }
    Map<String, Long> missing = new LinkedHashMap<>();
    List<String> complete = new ArrayList<>();
    for (String prefix : prefixes) {
      long count =
          wanted.stream().filter(name -> !byName.containsKey(prefix + name)).count();
      missing.put(prefix, count);
      if (count == 0) {
        complete.add(prefix);
      }
    }
    if (complete.size() > 1) {
      throw several(complete);
    }
    return missing.entrySet().stream()
        .min(Comparator.comparingLong(Map.Entry<String, Long>::getValue))
        .map(Map.Entry::getKey)
        .orElse("");
  }

  private Map<String, WeightReference> below(String prefix) {
    Map<String, WeightReference> found = new LinkedHashMap<>();
    String outer = prefix.substring(0, prefix.lastIndexOf('.', prefix.length() - 2) + 1);
    byName.forEach((stored, weight) -> {
      boolean inside = stored.startsWith(prefix);
      String name = stored.substring(
          inside ? prefix.length() : stored.startsWith(outer) ? outer.length() : stored.length());
      boolean used = inside ? !isIgnored(name) : HEADS.stream().anyMatch(name::startsWith);
      if (used && found.put(name, weight) != null) {
        throw twice(name);
      }
    });
    return found;
  }

  private static boolean isIgnored(String name) {
    return name.startsWith("cls.") || name.startsWith("lm_head.") || BUFFERS.contains(name);
  }

  private static String todaysName(String name) {
    return name.endsWith("LayerNorm.gamma")
        ? name.replaceFirst("gamma$", "weight")
        : name.endsWith("LayerNorm.beta") ? name.replaceFirst("beta$", "bias") : name;
  }

  private ModelException twice(String name) {
    return new ModelException("weight " + name + " must be there once: it comes twice, under an old"
        + " name or inside and beside the encoder, in " + origin
        + "; use the checkpoint as its author published it");
  }

  private ModelException several(List<String> prefixes) {
    return new ModelException("weights must hold one encoder: there is one under each of "
        + prefixes.stream().map(prefix -> "'" + prefix + "'").toList() + ", in " + origin
        + "; save the one to use with save_pretrained");
  }

  /** A weight inside the encoder that we do not know would change what it computes. */
  private void refuseUnknown(Set<String> known, ModelConfig config) {
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
}
