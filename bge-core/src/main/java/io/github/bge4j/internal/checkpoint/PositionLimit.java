package io.github.bge4j.internal.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The most tokens that any model takes, of which only the configuration is understood. */
public final class PositionLimit {

  /** XLM-RoBERTa numbers its positions from 2. */
  private static final int XLM_ROBERTA_OFFSET = 2;

  private PositionLimit() {}

  /**
   * Reads the limit.
   *
   * @param file a {@code config.json}
   * @return nothing if there is no such file, or it does not say
   * @throws io.github.bge4j.ModelException if it is damaged
   */
  public static OptionalInt read(Path file) {
    if (!Files.exists(file)) {
      return OptionalInt.empty();
    }
    JsonFields config = JsonFields.read(FileSource.of(file));
    if (!config.has("max_position_embeddings")) {
      return OptionalInt.empty();
    }
    int positions =
        config.integer("max_position_embeddings", 0, 2 + XLM_ROBERTA_OFFSET, Integer.MAX_VALUE);
    boolean offset = config.string("model_type", "").equals("xlm-roberta");
    return OptionalInt.of(positions - (offset ? XLM_ROBERTA_OFFSET : 0));
  }
}
