package io.github.bge4j.internal.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.github.bge4j.ModelException;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How a ready model wants its texts: which of the usual BERT inputs it has, and their integer type.
 */
final class InputBinding {

  private static final String TOKEN_IDS = "input_ids";

  /** What each known input holds at every position; token ids are copied instead. */
  private static final Map<String, Integer> CONSTANT_INPUTS =
      Map.of("attention_mask", 1, "token_type_ids", 0);

  private final Map<String, OnnxJavaType> types = new HashMap<>();

  private InputBinding() {}

  /** Checks the inputs of a model. */
  static InputBinding of(OnnxModel model) {
    InputBinding binding = new InputBinding();
    if (!model.inputs().containsKey(TOKEN_IDS)) {
      throw new ModelException("model must have an input '" + TOKEN_IDS + "': " + model.name()
          + " has " + model.inputs().keySet() + "; export the encoder with its usual input names");
    }
    model.inputs().forEach((name, node) -> binding.types.put(name, check(model, name, node)));
    return binding;
  }

  private static OnnxJavaType check(OnnxModel model, String name, NodeInfo node) {
    if (!name.equals(TOKEN_IDS) && !CONSTANT_INPUTS.containsKey(name)) {
      throw new ModelException(
          "model may have the inputs " + TOKEN_IDS + ", attention_mask and token_type_ids only: "
              + model.name() + " wants '" + name + "'; export the encoder alone");
    }
    if (node.getInfo() instanceof TensorInfo info
        && (info.type == OnnxJavaType.INT64 || info.type == OnnxJavaType.INT32)
        && Arrays.equals(info.getShape(), new long[] {-1, -1})) {
      return info.type;
    }
    throw new ModelException(
        "input '" + name + "' must be int32 or int64 of shape [batch, sequence], both dynamic: "
            + model.name() + " has " + node.getInfo() + "; export it with dynamic axes");
  }

  /**
   * Makes the tensors of a batch of equally long texts; the caller closes them.
   *
   * @param length number of tokens of every text
   */
  Map<String, OnnxTensor> tensors(PackedBatch batch, int length) throws OrtException {
    long[] shape = {batch.texts(), length};
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (Map.Entry<String, OnnxJavaType> input : types.entrySet()) {
        tensors.put(input.getKey(), tensor(input.getKey(), input.getValue(), batch, shape));
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.values().forEach(OnnxTensor::close);
      throw e;
    }
  }

  private static OnnxTensor tensor(String name, OnnxJavaType type, PackedBatch batch, long[] shape)
      throws OrtException {
    int[] values = batch.tokenIds();
    if (!name.equals(TOKEN_IDS)) {
      values = new int[values.length];
      Arrays.fill(values, CONSTANT_INPUTS.getOrDefault(name, 0));
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (type == OnnxJavaType.INT32) {
      return OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape);
    }
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(wide), shape);
  }
}
