package io.github.bge4j.internal.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import io.github.bge4j.ModelException;
import io.github.bge4j.internal.schedule.PackedBatch;
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
   * Adds the inputs of a batch of equally long texts.
   *
   * @param length number of tokens of every text
   */
  void fill(InputTensors tensors, PackedBatch batch, int length) {
    types.forEach((name, type) -> {
      int[] values = values(name, batch);
      if (type == OnnxJavaType.INT32) {
        tensors.put(name, values, batch.texts(), length);
      } else {
        tensors.put(name, Arrays.stream(values).asLongStream().toArray(), batch.texts(), length);
      }
    });
  }

  private static int[] values(String name, PackedBatch batch) {
    Integer constant = CONSTANT_INPUTS.get(name);
    if (constant == null) {
      return batch.tokenIds();
    }
    int[] values = new int[batch.tokenIds().length];
    Arrays.fill(values, constant);
    return values;
  }
}
