package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** What {@code tokenizer_config.json} says beside {@code tokenizer.json}. */
final class TokenizerSettings {

  private static final String FILE = "tokenizer_config.json";

  private TokenizerSettings() {}

  /**
   * Returns the most tokens of a text, special tokens included; nothing if there is no such file or
   * no limit in it. transformers writes 1e30 for none.
   *
   * @throws ModelException if the file is damaged, or texts are to be cut at their beginning
   */
  static OptionalInt maxTokens(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return OptionalInt.empty();
    }
    JsonFields fields = JsonFields.read(FileSource.of(file));
    if (!fields.string("truncation_side", "right").equals("right")) {
      throw new ModelException("truncation_side must be right: "
          + fields.string("truncation_side", "") + ", in " + file
          + "; cutting texts at their beginning is not supported");
    }
    String name = fields.has("model_max_length") ? "model_max_length" : "max_len";
    if (!fields.has(name) || fields.number(name) > Integer.MAX_VALUE) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(fields.integer(name, 0, 2, Integer.MAX_VALUE));
  }
}
