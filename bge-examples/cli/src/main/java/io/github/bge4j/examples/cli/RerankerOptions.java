package io.github.bge4j.examples.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the command that opens a reranker alone. */
final class RerankerOptions extends ModelOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|HUB_ID",
      description = {
        "A reranker's directory as published (config.json, tokenizer.json and",
        "model.safetensors, pytorch_model.bin, model.onnx or onnx/model.onnx), or",
        "an id of the Hugging Face hub such as BAAI/bge-reranker-v2-m3."
      })
  private String model = "";

  @Option(names = "--normalize", description = "Scores from 0 to 1 instead of logits.")
  private boolean normalize;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Cut longer pairs to N tokens. Default: 512, or what the model takes.")
  private @Nullable Integer maxTokens;

  String model() {
    return model;
  }

  boolean normalize() {
    return normalize;
  }

  @Nullable Integer maxTokens() {
    return maxTokens;
  }
}
