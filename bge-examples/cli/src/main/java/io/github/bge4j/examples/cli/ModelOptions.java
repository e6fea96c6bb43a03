package io.github.bge4j.examples.cli;

import io.github.bge4j.Precision;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that opens a model, besides its name. */
class ModelOptions {

  private static final WordOption PRECISIONS = new WordOption(
      "--precision",
      List.of("fp32", "int8"),
      List.of("fp16"),
      "half precision is for CUDA, which is not supported yet");

  private static final WordOption DEVICES =
      new WordOption("--device", List.of("cpu", "cuda", "cuda:N"), List.of(), "");

  @Option(
      names = "--precision",
      paramLabel = "fp32|int8",
      description = {
        "Precision of the linear layers; int8 is about twice as fast, see the command check.",
        "Default: ${DEFAULT-VALUE}."
      })
  private String precision = "fp32";

  @Option(
      names = "--device",
      paramLabel = "cpu",
      description = "Where the model runs. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--onnx-as-is",
      paramLabel = "FILE",
      description = {
        "Run this ONNX file of the model as it is, onnx/model_quantized.onnx for example,",
        "in place of its weights in a graph of our own. Only for files that are trusted: a",
        "graph is code for a native runtime, and a malicious one can end this program."
      })
  private @Nullable String onnxAsIs;

  /** Returns the ONNX file that runs as it is; null for none. */
  final @Nullable String onnxAsIs() {
    return onnxAsIs;
  }

  /** Returns the precision, once it was checked. */
  final Precision precision() {
    return Precision.valueOf(precision.toUpperCase(Locale.ROOT));
  }

  /** Refuses what no model of today gives. */
  final void check() {
    PRECISIONS.check(precision);
    if (device.matches("cuda(:\\d+)?")) {
      throw new UsageException("--device must be cpu: " + device + "; CUDA is not supported yet");
    }
    DEVICES.check(device);
  }
}
