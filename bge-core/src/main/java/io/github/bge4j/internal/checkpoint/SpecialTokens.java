package io.github.bge4j.internal.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The special tokens that lexical weights leave out, as FlagEmbedding 1.4.0 names them. */
final class SpecialTokens {

  /** Where transformers keeps them; the first file that names one counts. */
  private static final List<String> FILES =
      List.of("special_tokens_map.json", "tokenizer_config.json");

  /** The roles, and what the tokenizer of XLM-RoBERTa calls them if no file does. */
  private static final Map<String, String> DEFAULTS =
      Map.of("cls_token", "<s>", "eos_token", "</s>", "pad_token", "<pad>", "unk_token", "<unk>");

  private SpecialTokens() {}

  static Set<String> read(Path folder) {
    Set<String> tokens = new LinkedHashSet<>();
    List<JsonFields> files = FILES.stream()
        .map(folder::resolve)
        .filter(Files::exists)
        .map(file -> JsonFields.read(FileSource.of(file)))
        .toList();
    DEFAULTS.forEach((role, standard) -> tokens.add(files.stream()
        .filter(file -> file.has(role))
        .findFirst()
        .map(file -> file.token(role))
        .orElse(standard)));
    return tokens;
  }
}
