package io.github.bge4j.lucene;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.ModelSource;
import io.github.bge4j.examples.models.NamedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The models of the tests; whoever opens one closes it. */
final class Models {

  /** Tiny checkpoints with random weights; the README beside them says whence they are. */
  private static final Path GOLDEN =
      Path.of("..", "..", "bge-core", "src", "test", "resources", "golden");

  private Models() {}

  /** Returns a builder of a BGE-M3 of 64 components with random weights. */
  static BgeEmbedderBuilder m3() {
    return BgeEmbedder.builder().model(ModelSource.directory(GOLDEN.resolve("m3")));
  }

  /** Opens the real bge-small-en-v1.5, which has dense vectors of 384 components alone. */
  static BgeEmbedder openSmall() {
    return BgeEmbedder.builder()
        .model(NamedModels.source(NamedModels.BUNDLED, new DownloadListener() {}))
        .build();
  }

  /** Opens a reranker, whose files are put together in a new folder. */
  static BgeReranker openReranker(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file : List.of(
        "reranker-label1/config.json", "reranker-label1/model.safetensors", "m3/tokenizer.json")) {
      Path source = GOLDEN.resolve(file);
      Files.copy(source, folder.resolve(source.getFileName()));
    }
    return BgeReranker.builder().model(ModelSource.directory(folder)).build();
  }

  /** Returns a JVM with the class path of the tests that is not started. */
  static ProcessBuilder java(String classPath, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath);
    builder.command().addAll(List.of(arguments));
    return builder;
  }

  /** Returns the class path of the tests. */
  static String classPath() {
    return System.getProperty("java.class.path");
  }
}
