package io.github.bge4j.langchain4j;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import io.github.bge4j.examples.models.NamedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The models of the tests; whoever opens one closes it. */
final class TestModels {

  /** Stands before queries of the tiny BGE-M3, which has no instruction of its own. */
  static final String INSTRUCTION = "search: ";

  /** Tiny checkpoints; the README beside them says whence they are. */
  private static final Path GOLDEN =
      Path.of("..", "..", "bge-core", "src", "test", "resources", "golden");

  private TestModels() {}

  /** Returns the folder of the tiny BGE-M3: random weights, all three outputs, 64 dimensions. */
  static Path m3Folder() {
    return GOLDEN.resolve("m3");
  }

  /** Opens the tiny BGE-M3, with an instruction. */
  static BgeEmbedder m3() {
    return BgeEmbedder.builder()
        .model(ModelSource.directory(m3Folder()))
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

  /** Writes a tiny reranker with random weights; its scores say nothing of relevance. */
  static ModelSource reranker(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path model = GOLDEN.resolve("reranker-label1");
    for (Path file : List.of(
        model.resolve("config.json"),
        model.resolve("model.safetensors"),
        m3Folder().resolve("tokenizer.json"))) {
      Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    return ModelSource.directory(folder);
  }

  static BgeReranker openReranker(Path folder) throws IOException {
    return BgeReranker.builder().model(reranker(folder)).build();
  }
}
