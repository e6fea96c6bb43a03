package io.github.bge4j.examples.langchain4j;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import io.github.bge4j.examples.models.NamedModels;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;

/** The models of the tests; whoever opens one closes it. */
final class TestModels {

  /** Stands before queries of the tiny BGE-M3, which has no instruction of its own. */
  static final String INSTRUCTION = "search: ";

  private TestModels() {}

  /** Opens the tiny BGE-M3: random weights, all three outputs, 64 dimensions. */
  static BgeEmbedder m3() {
    return BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .queryInstruction(INSTRUCTION)
        .build();
  }

  /** The real bge-small-en-v1.5. */
  static ModelSource small() {
    return NamedModels.source(NamedModels.BUNDLED, new DownloadListener() {});
  }

  /** Opens the real bge-small-en-v1.5, with the instruction that its own folder would name. */
  static BgeEmbedder openSmall() {
    return BgeEmbedder.builder()
        .model(small())
        .queryInstruction(QueryInstructions.ENGLISH)
        .build();
  }

  /** A tiny reranker with random weights; its scores say nothing of relevance. */
  static ModelSource reranker(Path folder) throws IOException {
    return ModelSource.directory(GoldenFiles.writeModel("reranker-label1", folder));
  }

  static BgeReranker openReranker(Path folder) throws IOException {
    return BgeReranker.builder().model(reranker(folder)).build();
  }
}
