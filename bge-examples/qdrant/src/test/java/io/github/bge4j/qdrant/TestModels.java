package io.github.bge4j.qdrant;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.ModelSource;
import io.github.bge4j.examples.models.NamedModels;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;

/** The models of the tests; whoever opens one closes it. */
public final class TestModels {

  private TestModels() {}

  /** Returns a tiny BGE-M3: all three outputs, and no sense. */
  public static BgeEmbedder m3() {
    return BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .build();
  }

  /** Returns bge-small-en-v1.5, the real one: the dense output. */
  public static BgeEmbedder bundled() {
    return BgeEmbedder.builder()
        .model(NamedModels.source(NamedModels.BUNDLED, new DownloadListener() {}))
        .build();
  }

  /** Returns a tiny reranker. */
  public static BgeReranker reranker(Path folder) throws IOException {
    return BgeReranker.builder()
        .model(ModelSource.directory(GoldenFiles.writeModel("reranker-label1", folder)))
        .build();
  }
}
