package io.github.bge4j.examples.models;

import io.github.bge4j.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Finds the model that a user names: the bundled one, or a folder. */
public final class NamedModels {

  /** The name of bge-small-en-v1.5, which is on the class path. */
  public static final String BUNDLED = "bundled";

  /** Any of these makes a directory a checkpoint; without them it may hold a ready ONNX file. */
  private static final List<String> CHECKPOINT_WEIGHTS = List.of(
      "model.safetensors",
      "model.safetensors.index.json",
      "pytorch_model.bin",
      "pytorch_model.bin.index.json");

  private NamedModels() {}

  /**
   * Finds a model. Looks at the names of its files and, of an ONNX export, at {@code config.json}.
   *
   * @param name {@value #BUNDLED}, or a folder with weights and {@code tokenizer.json}
   * @return the source
   * @throws IllegalArgumentException if there is no such folder, or a file is missing or damaged;
   *     the message says what to do
   */
  public static ModelSource source(String name) {
    // Hub ids will be found here, before folders are looked for.
    return name.equals(BUNDLED) ? bundled() : inDirectory(directory(name));
  }

  private static ModelSource bundled() {
    return ModelSource.onnxResource(
            NamedModels.class.getClassLoader(),
            "bge-small-en-v1.5.onnx",
            "bge-small-en-v1.5-tokenizer.json")
        .withConfig(bundledConfig());
  }

  /**
   * The export does not carry the model's configuration; these are the facts that the hub states.
   */
  private static byte[] bundledConfig() {
    try (InputStream config =
        NamedModels.class.getResourceAsStream("bge-small-en-v1.5-config.json")) {
      return Objects.requireNonNull(config).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory(String name) {
    try {
      Path path = Path.of(name);
      if (Files.isDirectory(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("this is no path: " + e.getReason(), e);
    }
    throw new IllegalArgumentException("there is no directory " + name
        + "; hub ids are not supported yet, download the files first");
  }

  private static ModelSource inDirectory(Path directory) {
    boolean checkpoint =
        CHECKPOINT_WEIGHTS.stream().map(directory::resolve).anyMatch(Files::isRegularFile);
    return checkpoint ? ModelSource.directory(directory) : readyOnnx(directory);
  }

  private static ModelSource readyOnnx(Path directory) {
    Path model = directory.resolve("model.onnx");
    if (!Files.isRegularFile(model)) {
      model = directory.resolve("onnx").resolve("model.onnx");
    }
    require(
        model, directory, "model.safetensors, pytorch_model.bin, model.onnx or onnx/model.onnx");
    Path tokenizer = directory.resolve("tokenizer.json");
    require(tokenizer, directory, "tokenizer.json");
    return ModelSource.onnx(model, tokenizer)
        .withModelMaxTokens(ModelConfig.maxTokens(directory.resolve("config.json")));
  }

  private static void require(Path file, Path directory, String name) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(directory + " has no " + name + "; download or export it");
    }
  }
}
