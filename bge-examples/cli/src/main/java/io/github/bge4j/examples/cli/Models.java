package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.BgeRerankerBuilder;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubSource;
import io.github.bge4j.ModelException;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Precision;
import io.github.bge4j.QueryInstructions;
import io.github.bge4j.examples.models.NamedModels;
import org.jspecify.annotations.Nullable;

/**
 * Finds and opens what {@code --model} names.
 *
 * @param listener told of downloads from the hub
 */
record Models(DownloadListener listener) {

  /** Opens an embedding model; the caller closes it. */
  BgeEmbedder open(EmbedderOptions options) {
    options.check();
    return open(options, options.precision());
  }

  /** Opens an embedding model in this precision; the caller closes it. */
  BgeEmbedder open(EmbedderOptions options, Precision precision) {
    FoundModel model = find(options.model());
    BgeEmbedderBuilder builder =
        BgeEmbedder.builder().model(asIs(model.source(), options.onnxAsIs())).precision(precision);
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
    Precision precision = options.precision();
    BgeRerankerBuilder builder = BgeReranker.builder()
        .model(asIs(findReranker("--model", options.model()), options.onnxAsIs()))
        .precision(precision)
        .normalize(options.normalize());
    Integer maxTokens = options.maxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    return builder.build();
  }

  /** Opens a reranker with its defaults; the caller closes it. */
  BgeReranker openReranker(String option, String name, Precision precision) {
    return BgeReranker.builder()
        .model(findReranker(option, name))
        .precision(precision)
        .build();
  }

  /**
   * Opens a model if it is a reranker, which the caller closes; null if it is another, or cannot be
   * opened.
   */
  @Nullable BgeReranker openIfReranker(EmbedderOptions options, Precision precision) {
    if (options.model().equals(NamedModels.BUNDLED)) {
      return null;
    }
    BgeRerankerBuilder builder = BgeReranker.builder()
        .model(asIs(findReranker("--model", options.model()), options.onnxAsIs()))
        .precision(precision);
    Integer maxTokens = options.maxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    try {
      return builder.build();
    } catch (ModelException e) {
      return null;
    }
  }

  private static ModelSource asIs(ModelSource source, @Nullable String file) {
    if (file == null) {
      return source;
    }
    if (source instanceof HubSource hub) {
      return hub.asIs(file);
    }
    throw new UsageException(
        "--onnx-as-is must name a file of a directory or of a model of the hub: " + file
            + "; bundled has none");
  }

  /** Finds an embedding model without opening it. */
  FoundModel find(String name) {
    boolean bundled = name.equals(NamedModels.BUNDLED);
    return new FoundModel(
        named("--model must be bundled, ", name), bundled ? QueryInstructions.ENGLISH : null);
  }

  private ModelSource findReranker(String option, String name) {
    if (name.equals(NamedModels.BUNDLED)) {
      throw new UsageException(option + " must be a reranker: bundled is an embedding model; name"
          + " another, such as BAAI/bge-reranker-v2-m3");
    }
    return named(option + " must be ", name);
  }

  private ModelSource named(String rule, String name) {
    try {
      return NamedModels.source(name, listener);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          rule + "a model directory, or an id of the hub such as BAAI/bge-m3: " + e.getMessage(),
          e);
    }
  }
}
