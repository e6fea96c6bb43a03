package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import io.github.bge4j.DeviceException.Reason;

/**
 * A CUDA card as one model uses it.
 *
 * @param device the card
 * @param weightBytes what the model's weights take of its memory
 * @param textBytes what a run of the longest text takes beside them, at least
 * @param runBytes most that runs may take beside the weights; 0 for all there is
 */
public record CudaCard(Device device, long weightBytes, long textBytes, long runBytes) {

  private static final int MIB_BITS = 20;

  /** Flash attention from compute capability 8.0 on, memory-efficient attention else. */
  private static final String PACKED_ATTENTION_ONLY = "3";

  /** Makes the options of a session; the caller closes them. */
  OrtCUDAProviderOptions options() throws OrtException {
    OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(device.index());
    boolean complete = false;
    try {
      options.add("sdpa_kernel", PACKED_ATTENTION_ONLY);
      // Fp32 is to mean it.
      options.add("use_tf32", "0");
      if (runBytes > 0) {
        // Weights count; a limit below them would be none at all, as their difference wraps around.
        options.add("gpu_mem_limit", String.valueOf(weightBytes + runBytes));
      }
      complete = true;
      return options;
    } finally {
      if (!complete) {
        options.close();
      }
    }
  }

  /** Explains why a model could not be opened here. */
  DeviceException explain(String model, OrtException failure) {
    if (!CudaDiagnosis.isOutOfMemory(failure.getMessage())) {
      return Cuda.explain(device, failure);
    }
    return new DeviceException(
        device,
        Reason.OUT_OF_MEMORY,
        "a model must fit into the free memory of " + device + ": " + model + " takes "
            + (weightBytes >> MIB_BITS) + " MiB for its weights, and at least "
            + (textBytes >> MIB_BITS) + " MiB for the longest text; use Precision.FP16, fewer"
            + " maxTokens, a smaller model or another card, or close what else uses this one",
        failure);
  }
}
