package io.github.bge4j.examples.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that opens a model. */
final class ModelOptions {

  private static final WordOption PRECISIONS = new WordOption(
      "--precision",
      List.of("fp32"),
      List.of("int8", "fp16"),
      "other precisions are not supported yet");

  private static final WordOption DEVICES =
      new WordOption("--device", List.of("cpu", "cuda", "cuda:N"), List.of(), "");

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|bundled",
      description = {
        "A model directory as published (config.json, tokenizer.json and model.safetensors or",
        "pytorch_model.bin), one with model.onnx (or onnx/model.onnx) and tokenizer.json, or",
        "bundled: bge-small-en-v1.5, which is inside this jar."
      })
  private String model = "";

  @Option(
      names = "--query-instruction",
      paramLabel = "TEXT",
      description = "Put before every query. Default: that of the bundled model, else nothing.")
  private @Nullable String queryInstruction;

  @Option(
      names = "--precision",
      paramLabel = "fp32",
      description = "Precision of the weights. Default: ${DEFAULT-VALUE}.")
  private String precision = "fp32";

  @Option(
      names = "--device",
      paramLabel = "cpu",
      description = "Where the model runs. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Cut longer texts to N tokens. Default: what the model takes.")
  private @Nullable Integer maxTokens;

  /** Refuses what no model of today gives. */
  void check() {
    PRECISIONS.check(precision);
    if (device.matches("cuda(:\\d+)?")) {
      throw new UsageException("--device must be cpu: " + device + "; CUDA is not supported yet");
    }
    DEVICES.check(device);
  }

  String model() {
    return model;
  }

  @Nullable String queryInstruction() {
    return queryInstruction;
  }

  @Nullable Integer maxTokens() {
    return maxTokens;
  }
}
