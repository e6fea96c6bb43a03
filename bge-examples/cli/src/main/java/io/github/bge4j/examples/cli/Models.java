package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.BgeRerankerBuilder;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Finds and opens what {@code --model} names.
 *
 * @param listener told of downloads from the hub
 */
record Models(DownloadListener listener) {

  private static final String BUNDLED = "bundled";

  /** A name without owner is more often a folder that is not there. */
  private static final Pattern HUB_ID = Pattern.compile("[\\w][\\w.-]*/[\\w.-]+");

  /** Opens an embedding model; the caller closes it. */
  BgeEmbedder open(EmbedderOptions options) {
    options.check();
    FoundModel model = find(options.model());
    BgeEmbedderBuilder builder = BgeEmbedder.builder().model(model.source());
    String instruction =
        options.queryInstruction() == null ? model.queryInstruction() : options.queryInstruction();
    if (instruction != null) {
      builder.queryInstruction(instruction);
    }
    Integer maxTokens = options.maxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    return builder.build();
  }

  /** Opens a reranker; the caller closes it. */
  BgeReranker open(RerankerOptions options) {
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
  BgeReranker openReranker(String option, String name) {
    return BgeReranker.builder().model(findReranker(option, name)).build();
  }

  /** Finds an embedding model without opening it. */
  FoundModel find(String name) {
    return name.equals(BUNDLED)
        ? bundled()
        : new FoundModel(onHubOrDisk("--model must be bundled, ", name), null);
  }

  private ModelSource findReranker(String option, String name) {
    return onHubOrDisk(option + " must be ", name);
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

  private ModelSource onHubOrDisk(String rule, String name) {
    if (!isFolder(name) && !HUB_ID.matcher(name).matches()) {
      throw new UsageException(rule + "a model directory, or an id of the hub such as BAAI/bge-m3:"
          + " there is no directory " + name);
    }
    return ModelSource.hub(name).withListener(listener);
  }

  private static boolean isFolder(String name) {
    try {
      return Files.isDirectory(Path.of(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
