package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.Similarity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code config_sentence_transformers.json} says about the use of a model: what stands before
 * texts, and how vectors are compared.
 *
 * @param crossEncoder whether the model is a reranker of Sentence Transformers
 * @param always before every text whose prompt nobody names; empty for nothing
 * @param query before a query; null if the file does not say, empty if it says nothing stands there
 * @param passage before a passage, likewise
 * @param similarity null if the file does not say
 */
public record Prompts(
    boolean crossEncoder,
    String always,
    @Nullable String query,
    @Nullable String passage,
    @Nullable Similarity similarity) {

  private static final Prompts NONE = new Prompts(false, "", null, null, null);

  /** Those of {@code encode_document} in Sentence Transformers; the first that there is counts. */
  private static final List<String> PASSAGE_NAMES = List.of("document", "passage", "corpus");

  /** The last are of no effect, or a cross-encoder's, whose logits are given as they are. */
  private static final Set<String> FIELDS = Set.of(
      "__version__",
      "model_type",
      "prompts",
      "default_prompt_name",
      "similarity_fn_name",
      "requirements",
      "activation_fn",
      "keep_in_fp32_modules");

  private static final String CROSS_ENCODER = "CrossEncoder";
  private static final List<String> MODEL_TYPES = List.of("SentenceTransformer", CROSS_ENCODER);

  /**
   * Reads the file.
   *
   * @param folder that of the model
   * @throws ModelException if it is damaged, or belongs to a model of another kind
   */
  static Prompts read(Path folder) {
    Path file = folder.resolve(NeededFiles.PROMPTS);
    if (!Files.exists(file)) {
      return NONE;
    }
    JsonFields settings = JsonFields.read(Region.ofFile(file));
    String type = settings.string("model_type", MODEL_TYPES.get(0));
    if (!MODEL_TYPES.contains(type)) {
      throw new ModelException("model_type must be one of " + MODEL_TYPES + ": " + type + ", in "
          + file + "; models of this kind are not supported");
    }
    settings.requireOnly(FIELDS);
    Optional<JsonFields> prompts =
        settings.has("prompts") ? Optional.of(settings.fields("prompts")) : Optional.empty();
    String otherwise = null;
    if (settings.has("default_prompt_name")) {
      String name = settings.string("default_prompt_name", null);
      otherwise = prompts
          .filter(named -> named.has(name))
          .map(named -> named.string(name, null))
          .orElseThrow(() -> new ModelException("default_prompt_name must name one of prompts: "
              + name + ", in " + file + "; the file is damaged"));
    }
    return new Prompts(
        type.equals(CROSS_ENCODER),
        otherwise == null ? "" : otherwise,
        prompt(prompts, List.of("query"), otherwise),
        prompt(prompts, PASSAGE_NAMES, otherwise),
        similarity(settings));
  }

  private static @Nullable String prompt(
      Optional<JsonFields> prompts, List<String> names, @Nullable String otherwise) {
    if (prompts.isPresent()) {
      for (String name : names) {
        if (prompts.get().names().contains(name)) {
          return prompts.get().string(name, ""); // null means that nothing stands there
        }
      }
    }
    return otherwise;
  }

  private static @Nullable Similarity similarity(JsonFields settings) {
    if (!settings.has("similarity_fn_name")) {
      return null;
    }
    String name = settings.string("similarity_fn_name", null);
    for (Similarity similarity : Similarity.values()) {
      if (similarity.name().toLowerCase(Locale.ROOT).equals(name)) {
        return similarity;
      }
    }
    throw new ModelException("similarity_fn_name must be one of " + List.of(Similarity.values())
        + " in lower case: " + name + ", in " + settings.file()
        + "; models that are compared in another way are not supported");
  }
}
