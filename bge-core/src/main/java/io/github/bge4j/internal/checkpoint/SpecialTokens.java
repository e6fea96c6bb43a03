package io.github.bge4j.internal.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The special tokens that lexical weights leave out, as FlagEmbedding 1.4.0 names them. */
public final class SpecialTokens {

  /** Where transformers keeps them; the first file that names one counts. */
  private static final List<String> FILES =
      List.of(NeededFiles.SPECIAL_TOKENS, NeededFiles.TOKENIZER_CONFIG);

  /** The roles, and what the tokenizer classes in transformers call them if no file does. */
  private static final Map<ModelFamily, Map<String, String>> DEFAULTS = Map.of(
      ModelFamily.XLM_ROBERTA,
      Map.of("cls_token", "<s>", "eos_token", "</s>", "pad_token", "<pad>", "unk_token", "<unk>"),
      ModelFamily.BERT,
      Map.of("cls_token", "[CLS]", "pad_token", "[PAD]", "unk_token", "[UNK]"));

  private static final Set<String> ROLES =
      Set.of("cls_token", "eos_token", "pad_token", "unk_token");

  private SpecialTokens() {}

  /**
   * Reads them.
   *
   * @param folder of the tokenizer; null if there is none
   * @param family whose names hold if no file says; nothing for XLM-RoBERTa, of which all models
   *     with heads are
   * @throws io.github.bge4j.ModelException if a file is damaged
   */
  public static Set<String> read(@Nullable Path folder, Optional<ModelFamily> family) {
    Map<String, String> tokens =
        new HashMap<>(DEFAULTS.getOrDefault(family.orElse(ModelFamily.XLM_ROBERTA), Map.of()));
    // The first file wins, so it is read last.
    for (int i = FILES.size() - 1; folder != null && i >= 0; i--) {
      Path file = folder.resolve(FILES.get(i));
      if (Files.exists(file)) {
        JsonFields fields = JsonFields.read(Region.ofFile(file));
        ROLES.stream().filter(fields::has).forEach(role -> tokens.put(role, fields.token(role)));
      }
    }
    return Set.copyOf(tokens.values());
  }
}
