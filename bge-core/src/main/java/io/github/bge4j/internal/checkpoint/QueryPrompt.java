package io.github.bge4j.internal.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What Sentence Transformers puts before a query. */
public final class QueryPrompt {

  private QueryPrompt() {}

  /**
   * Reads the prompt named {@code query}.
   *
   * @return nothing if the folder has no such setting, or an empty one
   * @throws io.github.bge4j.ModelException if the file is damaged
   */
  public static Optional<String> read(Path folder) {
    Path file = folder.resolve("config_sentence_transformers.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonFields settings = JsonFields.read(FileSource.of(file));
    if (!settings.has("prompts")) {
      return Optional.empty();
    }
    return Optional.of(settings.fields("prompts").string("query", ""))
        .filter(prompt -> !prompt.isEmpty());
  }
}
