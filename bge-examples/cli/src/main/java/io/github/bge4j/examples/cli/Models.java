package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds and opens what {@code --model} names. */
final class Models {

  private static final String BUNDLED = "bundled";

  private static final String RULE =
      "--model must be bundled or a directory with model.onnx and tokenizer.json: ";

  private Models() {}

  /** Opens the model; the caller closes it. */
  static BgeEmbedder open(ModelOptions options) {
    options.check();
    FoundModel model = find(options.model());
    String instruction = options.queryInstruction();
    BgeEmbedderBuilder builder = BgeEmbedder.builder()
        .model(model.source())
        .queryInstruction(instruction == null ? model.queryInstruction() : instruction);
    Integer maxTokens = options.maxTokens();
    if (maxTokens != null) {
      if (maxTokens > model.maxTokens()) {
        throw new UsageException("--max-tokens must be at most " + model.maxTokens()
            + ", which is what the model takes: " + maxTokens);
      }
      builder.maxTokens(maxTokens);
    }
    return builder.build();
  }

  /** Finds a model without opening it. */
  static FoundModel find(String name) {
    return name.equals(BUNDLED) ? bundled() : inDirectory(directory(name));
  }

  private static FoundModel bundled() {
    ModelSource source = ModelSource.onnxResource(
        Models.class.getClassLoader(),
        "bge-small-en-v1.5.onnx",
        "bge-small-en-v1.5-tokenizer.json");
    return new FoundModel(source, ModelSource.DEFAULT_MODEL_MAX_TOKENS, QueryInstructions.ENGLISH);
  }

  private static Path directory(String name) {
    try {
      Path path = Path.of(name);
      if (Files.isDirectory(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new UsageException(RULE + "this is no path: " + e.getReason(), e);
    }
    throw new UsageException(RULE + "there is no directory " + name
        + "; hub ids are not supported yet, download the files first");
  }

  private static FoundModel inDirectory(Path directory) {
    Path model = directory.resolve("model.onnx");
    if (!Files.isRegularFile(model)) {
      model = directory.resolve("onnx").resolve("model.onnx");
    }
    require(model, directory, "model.onnx or onnx/model.onnx");
    Path tokenizer = directory.resolve("tokenizer.json");
    require(tokenizer, directory, "tokenizer.json");
    int maxTokens = ModelConfig.maxTokens(directory.resolve("config.json"));
    ModelSource source = ModelSource.onnx(model, tokenizer).withModelMaxTokens(maxTokens);
    return new FoundModel(source, maxTokens, "");
  }

  private static void require(Path file, Path directory, String name) {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(RULE + directory + " has no " + name + "; download or export it");
    }
  }
}
