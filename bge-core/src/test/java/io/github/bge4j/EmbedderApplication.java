package io.github.bge4j;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens a folder when it is first asked, keeps it open, and answers with a text's vector. */
public final class EmbedderApplication implements Function<String, String>, AutoCloseable {

  static final String TEXT = "What is BGE M3?";

  private @Nullable BgeEmbedder embedder;

  /** Called by reflection. */
  public EmbedderApplication() {}

  @Override
  public String apply(String folder) {
    if (embedder == null) {
      embedder =
          BgeEmbedder.builder().model(ModelSource.directory(Path.of(folder))).build();
    }
    return Arrays.toString(embedder.dense(TEXT));
  }

  @Override
  public void close() {
    if (embedder != null) {
      embedder.close();
    }
  }
}
