package io.github.bge4j.examples.cli;

import picocli.CommandLine.Option;

/** The options of the command that opens a reranker alone. */
final class RerankerOptions extends ModelOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = {
        "A reranker's directory as published (config.json, tokenizer.json and model.safetensors or",
        "pytorch_model.bin), or one with model.onnx (or onnx/model.onnx) and tokenizer.json."
      })
  private String model = "";

  @Option(names = "--normalize", description = "Scores from 0 to 1 instead of logits.")
  private boolean normalize;

  String model() {
    return model;
  }

  boolean normalize() {
    return normalize;
  }
}
