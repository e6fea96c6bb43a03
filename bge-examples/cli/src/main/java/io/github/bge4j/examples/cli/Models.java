package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.BgeRerankerBuilder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Finds and opens what {@code --model} names. */
final class Models {

  private static final String BUNDLED = "bundled";

  private static final String FILES = " with its weights and tokenizer.json: ";
  private static final String EMBEDDER_RULE =
      "--model must be bundled or a model directory" + FILES;

  /** Any of these makes a directory a checkpoint; without them it may hold a ready ONNX file. */
  private static final List<String> CHECKPOINT_WEIGHTS = List.of(
      "model.safetensors",
      "model.safetensors.index.json",
      "pytorch_model.bin",
      "pytorch_model.bin.index.json");

  private Models() {}

  /** Opens an embedding model; the caller closes it. */
  static BgeEmbedder open(EmbedderOptions options) {
    options.check();
    FoundModel model = find(options.model());
    String instruction = options.queryInstruction();
    BgeEmbedderBuilder builder = BgeEmbedder.builder()
        .model(model.source())
        .queryInstruction(instruction == null ? model.queryInstruction() : instruction);
    Integer maxTokens = options.maxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    return builder.build();
  }

  /** Opens a reranker; the caller closes it. */
  static BgeReranker open(RerankerOptions options) {
    options.check();
    BgeRerankerBuilder builder = BgeReranker.builder()
        .model(findReranker("--model", options.model()))
        .normalize(options.normalize());
    Integer maxTokens = options.maxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    return builder.build();
  }

  /** Opens a reranker with its defaults; the caller closes it. */
  static BgeReranker openReranker(String option, String name) {
    return BgeReranker.builder().model(findReranker(option, name)).build();
  }

  /** Finds an embedding model without opening it. */
  static FoundModel find(String name) {
    return name.equals(BUNDLED)
        ? bundled()
        : new FoundModel(inDirectory(EMBEDDER_RULE, directory(EMBEDDER_RULE, name)), "");
  }

  private static ModelSource findReranker(String option, String name) {
    String rule = option + " must be a reranker's directory" + FILES;
    return inDirectory(rule, directory(rule, name));
  }

  private static FoundModel bundled() {
    ModelSource source = ModelSource.onnxResource(
            Models.class.getClassLoader(),
            "bge-small-en-v1.5.onnx",
            "bge-small-en-v1.5-tokenizer.json")
        .withConfig(bundledConfig());
    return new FoundModel(source, QueryInstructions.ENGLISH);
  }

  /**
   * The export does not carry the model's configuration; these are the facts that the hub states.
   */
  private static byte[] bundledConfig() {
    try (InputStream config = Models.class.getResourceAsStream("bge-small-en-v1.5-config.json")) {
      return Objects.requireNonNull(config).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory(String rule, String name) {
    try {
      Path path = Path.of(name);
      if (Files.isDirectory(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new UsageException(rule + "this is no path: " + e.getReason(), e);
    }
    throw new UsageException(rule + "there is no directory " + name
        + "; hub ids are not supported yet, download the files first");
  }

  private static ModelSource inDirectory(String rule, Path directory) {
    boolean checkpoint =
        CHECKPOINT_WEIGHTS.stream().map(directory::resolve).anyMatch(Files::isRegularFile);
    return checkpoint ? ModelSource.directory(directory) : readyOnnx(rule, directory);
  }

  private static ModelSource readyOnnx(String rule, Path directory) {
    Path model = directory.resolve("model.onnx");
    if (!Files.isRegularFile(model)) {
      model = directory.resolve("onnx").resolve("model.onnx");
    }
    require(
        rule,
        model,
        directory,
        "model.safetensors, pytorch_model.bin, model.onnx or onnx/model.onnx");
    Path tokenizer = directory.resolve("tokenizer.json");
    require(rule, tokenizer, directory, "tokenizer.json");
    return ModelSource.onnx(model, tokenizer)
        .withModelMaxTokens(ModelConfig.maxTokens(directory.resolve("config.json")));
  }

  private static void require(String rule, Path file, Path directory, String name) {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(rule + directory + " has no " + name + "; download or export it");
    }
  }
}
