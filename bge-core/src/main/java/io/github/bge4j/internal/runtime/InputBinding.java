package io.github.bge4j.internal.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import io.github.bge4j.ModelException;
import io.github.bge4j.internal.text.PackedBatch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * How a ready model wants its texts: which of the usual BERT inputs it has, and their integer type.
 */
final class InputBinding {

  private static final String TOKEN_IDS = "input_ids";

  /** Where the values of each known input come from. */
  private static final Map<String, Function<PackedBatch, int[]>> KNOWN_INPUTS = Map.of(
      TOKEN_IDS,
      PackedBatch::tokenIds,
      "attention_mask",
      InputBinding::ones,
      "token_type_ids",
      PackedBatch::tokenTypes);

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
    if (!KNOWN_INPUTS.containsKey(name)) {
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
      int[] values = Objects.requireNonNull(KNOWN_INPUTS.get(name)).apply(batch);
      if (type == OnnxJavaType.INT32) {
        tensors.put(name, values, batch.texts(), length);
      } else {
        tensors.put(name, Arrays.stream(values).asLongStream().toArray(), batch.texts(), length);
      }
    });
  }

  /** Nothing is padded, so everything is attended to. */
  private static int[] ones(PackedBatch batch) {
    int[] ones = new int[batch.tokenIds().length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
