package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The weights of a model's files, by the names that they have there.
 *
 * <p>An encoder may lie under any one prefix, such as {@code bert.} or {@code module.model.}: where
 * its word table is. The heads of a model are looked for beside and inside the encoder, as the
 * classes of transformers and of trainers have them.
 */
final class StoredWeights {

  private static final String WORD_TABLE = "embeddings.word_embeddings.weight";
  private static final int MAX_ENCODERS = 16;

  /** What may lie beside an encoder and be part of the model. */
  private static final List<String> HEADS =
      List.of("classifier.", Weights.SPARSE_HEAD + ".", Weights.COLBERT_HEAD + ".");

  /** Buffers of transformers, which hold no more than 0, 1, 2... */
  private static final Set<String> BUFFERS =
      Set.of("embeddings.position_ids", "embeddings.token_type_ids");

  private static final Pattern ADAPTER =
      Pattern.compile("(^|\\.)(lora_|base_layer\\.|modules_to_save\\.)");

  private static final Pattern QUANTISED = Pattern.compile("\\.(SCB|qweight|qzeros|weight_scale\\w*"
      + "|weight_format|weight\\.(absmax|quant_map|quant_state\\..*|nested_.*))$"
      + "|_(quantized|zero_point)$");

  private final String origin;
  private final Map<String, WeightReference> byName = new LinkedHashMap<>();

  private StoredWeights(String origin) {
    this.origin = origin;
  }

  /**
   * Takes the names of a file; {@code gamma} and {@code beta} become those of today.
   *
   * @param origin what messages call the file
   */
  static StoredWeights of(String origin, Map<String, WeightReference> stored) {
    StoredWeights weights = new StoredWeights(origin);
    stored.forEach((name, weight) -> weights.byName.merge(todaysName(name), weight, (a, b) -> {
      throw weights.twice(todaysName(name));
    }));
    return weights;
  }

  /** Returns what messages call the files. */
  String origin() {
    return origin;
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
    Map<String, long[]> shapes = Weights.encoderShapes(config);
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
}
