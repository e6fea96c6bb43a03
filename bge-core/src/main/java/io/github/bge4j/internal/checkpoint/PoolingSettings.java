package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.Pooling;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the {@code config.json} of a Pooling module says, in the form of Sentence Transformers 5.4
 * and later ({@code pooling_mode}) or before ({@code pooling_mode_cls_token} and the like).
 *
 * @param modes at least one, none twice, in the order of their results
 * @param stateWidth width of the token states; 0 if the file does not say
 * @param poolsPrompt whether the tokens of a prompt are pooled like those of the text
 */
record PoolingSettings(List<Pooling> modes, int stateWidth, boolean poolsPrompt) {

  /** In the order in which Sentence Transformers joins them. */
  private static final Map<String, Pooling> LEGACY_MODES = legacyModes();

  private static final Map<String, Pooling> MODES = Map.of(
      "cls", Pooling.CLS,
      "max", Pooling.MAX,
      "mean", Pooling.MEAN,
      "mean_sqrt_len_tokens", Pooling.MEAN_SQRT_LENGTH,
      "weightedmean", Pooling.WEIGHTED_MEAN,
      "lasttoken", Pooling.LAST_TOKEN);

  private static Map<String, Pooling> legacyModes() {
    Map<String, Pooling> modes = new LinkedHashMap<>();
    modes.put("pooling_mode_cls_token", Pooling.CLS);
    modes.put("pooling_mode_max_tokens", Pooling.MAX);
    modes.put("pooling_mode_mean_tokens", Pooling.MEAN);
    modes.put("pooling_mode_mean_sqrt_len_tokens", Pooling.MEAN_SQRT_LENGTH);
    modes.put("pooling_mode_weightedmean_tokens", Pooling.WEIGHTED_MEAN);
    modes.put("pooling_mode_lasttoken", Pooling.LAST_TOKEN);
    return modes;
  }

  /**
   * Reads the file.
   *
   * @throws ModelException if it is damaged, or a setting is not understood
   */
  static PoolingSettings read(Path file) {
    JsonFields fields = JsonFields.read(Region.ofFile(file));
    Set<String> known = new HashSet<>(LEGACY_MODES.keySet());
    known.addAll(List.of(
        "word_embedding_dimension", "embedding_dimension", "pooling_mode", "include_prompt"));
    fields.requireOnly(known);
    String width =
        fields.has("embedding_dimension") ? "embedding_dimension" : "word_embedding_dimension";
    List<Pooling> modes = modes(fields);
    if (modes.isEmpty() || new HashSet<>(modes).size() != modes.size()) {
      throw new ModelException("a pooling must have a mode, and none twice: " + modes + ", in "
          + file + "; the file is damaged");
    }
    return new PoolingSettings(
        modes,
        fields.integer(width, 0, 1, ModelConfig.MAX_WIDTH),
        fields.flag("include_prompt", true));
  }

  /** A file that names no mode at all means the mean, in every version. */
  private static List<Pooling> modes(JsonFields fields) {
    if (fields.has("pooling_mode")) {
      List<String> names = fields.isString("pooling_mode")
          ? List.of(fields.string("pooling_mode", null))
          : fields.strings("pooling_mode");
      return names.stream().map(name -> mode(fields, name)).toList();
    }
    if (LEGACY_MODES.keySet().stream().noneMatch(fields::has)) {
      return List.of(Pooling.MEAN);
    }
    return LEGACY_MODES.entrySet().stream()
        .filter(mode -> fields.flag(mode.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static Pooling mode(JsonFields fields, String name) {
    Pooling mode = MODES.get(name);
    if (mode == null) {
      throw new ModelException("pooling_mode must be of " + new TreeSet<>(MODES.keySet()) + ": "
          + name + ", in " + fields.file() + "; other poolings are not supported");
    }
    return mode;
  }
}
