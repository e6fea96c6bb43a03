package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.BgeRerankerBuilder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import io.github.bge4j.examples.models.NamedModels;

/** Finds and opens what {@code --model} names. */
final class Models {

  private static final String FILES = " with its weights and tokenizer.json: ";
  private static final String EMBEDDER_RULE =
      "--model must be bundled or a model directory" + FILES;

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
    String instruction = name.equals(NamedModels.BUNDLED) ? QueryInstructions.ENGLISH : "";
    return new FoundModel(source(EMBEDDER_RULE, name), instruction);
  }

  private static ModelSource findReranker(String option, String name) {
    String rule = option + " must be a reranker's directory" + FILES;
    if (name.equals(NamedModels.BUNDLED)) {
      throw new UsageException(rule + "bundled is an embedder");
    }
    return source(rule, name);
  }

  private static ModelSource source(String rule, String name) {
    try {
      return NamedModels.source(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException(rule + e.getMessage(), e);
    }
  }
}
