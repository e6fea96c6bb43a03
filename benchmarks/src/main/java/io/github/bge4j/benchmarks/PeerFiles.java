package io.github.bge4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The files that the peers read, made of the bundled model. */
final class PeerFiles {

  private PeerFiles() {}

  /** Writes {@code model.onnx} and {@code tokenizer.json}, which are the bundled ones. */
  static void writeModel(Path folder) throws IOException {
    Files.createDirectories(folder);
    copy("bge-small-en-v1.5.onnx", folder.resolve("model.onnx"));
    copy("bge-small-en-v1.5-tokenizer.json", folder.resolve("tokenizer.json"));
  }

  /** Writes the model, and below {@code cross} a cross-encoder made of it, unless there. */
  static void write(Path work) throws IOException {
    if (!Files.exists(work.resolve("cross").resolve("model.onnx"))) {
      writeModel(work);
      CrossEncoderExport.write(Files.createDirectories(work.resolve("cross")));
    }
  }

  /** Has the Python peers' files made; what cannot be made is told on standard error. */
  static void writeForPython(String python, Path work) throws IOException {
    try {
      new ProcessBuilder(python, "benchmarks/peers_files.py", work.toString())
          .inheritIO()
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(String resource, Path file) throws IOException {
    try (InputStream stream = Objects.requireNonNull(
        PeerFiles.class.getClassLoader().getResourceAsStream(resource), resource)) {
      Files.write(file, stream.readAllBytes());
    }
  }
}
