package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.BgeRerankerBuilder;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceChoice;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubSource;
import io.github.bge4j.ModelException;
import io.github.bge4j.ModelSource;
import io.github.bge4j.ModelVocabulary;
import io.github.bge4j.Precision;
import io.github.bge4j.QueryInstructions;
import io.github.bge4j.examples.models.NamedModels;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds and opens what {@code --model} names.
 *
 * @param listener told of downloads from the hub
 * @param warnings takes lines for the user
 */
record Models(DownloadListener listener, Consumer<String> warnings) {

  /** Shows downloads and warnings on standard error, each warning once. */
  static Models of(Stdio stdio) {
    Set<String> told = new HashSet<>();
    return new Models(new HubProgress(stdio), warning -> {
      if (told.add(warning)) {
        stdio.err().println("bge: " + warning);
      }
    });
  }

  /** Opens an embedding model; the caller closes it. */
  BgeEmbedder open(EmbedderOptions options) {
    return open(options, options.precision());
  }

  /** Opens an embedding model in this precision; the caller closes it. */
  BgeEmbedder open(EmbedderOptions options, @Nullable Precision precision) {
    ModelOptions.checkMaxTokens(options.maxTokens());
    BgeEmbedderBuilder builder = options.place(BgeEmbedder.builder(), precision);
    FoundModel model = find(options.model());
    builder.model(asIs(model.source(), options.onnxAsIs()));
    String instruction =
        options.queryInstruction() == null ? model.queryInstruction() : options.queryInstruction();
    if (instruction != null) {
      builder.queryInstruction(instruction);
    }
    Integer maxTokens = options.maxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    BgeEmbedder embedder = builder.build();
    warn(options, embedder.device());
    return embedder;
  }

  /** Reads the tokens of an embedding model without opening it. */
  ModelVocabulary vocabulary(EmbedderOptions options) {
    ModelOptions.checkMaxTokens(options.maxTokens());
    return ModelVocabulary.read(asIs(find(options.model()).source(), options.onnxAsIs()));
  }

  /** Opens a reranker; the caller closes it. */
  BgeReranker open(RerankerOptions options) {
    BgeReranker reranker = reranker(
            options, options.precision(), options.model(), options.maxTokens())
        .normalize(options.normalize())
        .build();
    warn(options, reranker.device());
    return reranker;
  }

  /** Opens a reranker beside another model, on its device; the caller closes it. */
  BgeReranker openReranker(String option, String name, ModelOptions options) {
    BgeReranker reranker = options
        .place(BgeReranker.builder(), options.precision())
        .model(findReranker(option, name))
        .build();
    warn(options, reranker.device());
    return reranker;
  }

  /** The processor may be what was left when a card was hoped for. */
  private void warn(ModelOptions options, DeviceChoice device) {
    if (options.isAuto() && device.devices().contains(Device.cpu())) {
      warnings.accept("--device auto is the CPU: " + device.reason());
    }
  }

  /**
   * Opens a model if it is a reranker, which the caller closes; null if it is another, or cannot be
   * opened.
   */
  @Nullable BgeReranker openIfReranker(EmbedderOptions options, Precision precision) {
    if (options.model().equals(NamedModels.BUNDLED)) {
      return null;
    }
    try {
      return openReranker(options, precision);
    } catch (ModelException e) {
      return null;
    }
  }

  /** Opens what may be an embedding model, too, as a reranker; the caller closes it. */
  BgeReranker openReranker(EmbedderOptions options, Precision precision) {
    return reranker(options, precision, options.model(), options.maxTokens()).build();
  }

  private BgeRerankerBuilder reranker(
      ModelOptions options,
      @Nullable Precision precision,
      String model,
      @Nullable Integer maxTokens) {
    ModelOptions.checkMaxTokens(maxTokens);
    BgeRerankerBuilder builder = options
        .place(BgeReranker.builder(), precision)
        .model(asIs(findReranker("--model", model), options.onnxAsIs()));
    return maxTokens == null ? builder : builder.maxTokens(maxTokens);
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
