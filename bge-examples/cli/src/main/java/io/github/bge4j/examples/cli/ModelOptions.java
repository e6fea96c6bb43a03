package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeModelBuilder;
import io.github.bge4j.Device;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Precision;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that opens a model, besides its name. */
class ModelOptions {

  private static final WordOption PRECISIONS =
      new WordOption("--precision", List.of("fp32", "fp16", "int8"));

  @Option(
      names = "--precision",
      paramLabel = "fp32|fp16|int8",
      description = {
        "Precision of the linear layers. int8 is for the CPU, where it is about twice as fast,",
        "see the command check; fp16 is for CUDA. Default: fp32 on the CPU, fp16 on CUDA."
      })
  private @Nullable String precision;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda[:N[,N]]",
      description = {
        "Where models run: on the CPU, or on a CUDA card or several, for which ONNX Runtime must",
        "be its build with CUDA; auto takes the first card if it can be used, and else the CPU,",
        "and says why. Default: ${DEFAULT-VALUE}."
      })
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

  /** Returns the precision; null for what is usual on the device. */
  final @Nullable Precision precision() {
    if (precision == null) {
      return null;
    }
    PRECISIONS.check(precision);
    return Precision.valueOf(precision.toUpperCase(Locale.ROOT));
  }

  /** Tells whether the device was left to what this machine has. */
  final boolean isAuto() {
    return devices().contains(Device.auto());
  }

  /** Sets device and precision of a model. */
  final <B extends BgeModelBuilder<B>> B place(B builder, @Nullable Precision precision) {
    if (precision != null) {
      builder.precision(precision);
    }
    return builder.devices(devices());
  }

  /** Refuses a limit that no model has. */
  static void checkMaxTokens(@Nullable Integer maxTokens) {
    if (maxTokens != null && maxTokens < 1) {
      throw new UsageException("--max-tokens must be at least 1: " + maxTokens
          + "; leave it out for what the model takes");
    }
  }

  private List<Device> devices() {
    try {
      return Device.parse(device);
    } catch (InvalidOptionException e) {
      throw new UsageException("--" + e.getMessage(), e);
    }
  }
}
