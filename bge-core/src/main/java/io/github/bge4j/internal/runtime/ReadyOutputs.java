package io.github.bge4j.internal.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.bge4j.InferenceException;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelException;
import io.github.bge4j.Output;
import io.github.bge4j.internal.text.PackedBatch;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a ready model has what is wanted: in the states of all tokens, which are made into answers
 * here, or in outputs that are answers already.
 *
 * @param states the output with the states of all tokens; null for none
 * @param logits the output of a cross-encoder, which has no other; null for none
 * @param answers the outputs that are answers
 */
record ReadyOutputs(@Nullable String states, @Nullable String logits, Map<Output, String> answers) {

  /** Shape {@code [batch, sequence, width]}. */
  private static final List<String> TOKEN_STATES = List.of("last_hidden_state", "token_embeddings");

  /** Shape {@code [batch, dimension]}. */
  private static final List<String> POOLED =
      List.of("sentence_embedding", "dense", "dense_vecs", "dense_embedding", "dense_embeddings");

  /** A weight for each token, shape {@code [batch, sequence]} or {@code [batch, sequence, 1]}. */
  private static final List<String> TOKEN_WEIGHTS =
      List.of("sparse_vecs", "sparse", "sparse_weights");

  /** A row for each token, with or without the first. */
  private static final List<String> TOKEN_VECTORS =
      List.of("colbert_vecs", "colbert", "colbert_vectors");

  /** Shape {@code [batch, labels]}. */
  private static final String LOGITS = "logits";

  /** Picks the outputs of a model. */
  static ReadyOutputs of(OnnxModel model, ReadyHeads wanted) {
    return wanted.ofStates() == null ? logits(model) : vectors(model, wanted);
  }

  private static ReadyOutputs logits(OnnxModel model) {
    if (find(model, List.of(LOGITS), 2) != null) {
      return new ReadyOutputs(null, LOGITS, Map.of());
    }
    throw new ModelException(
        "a reranker must have a float output '" + LOGITS + "' of shape [batch, 1]: " + model.name()
            + " has " + model.outputs().values()
            + "; export the sequence classification model, or use BgeEmbedder for an embedding model");
  }

  /** Token states before pooled vectors, so that pooling is as asked for. */
  private static ReadyOutputs vectors(OnnxModel model, ReadyHeads wanted) {
    Map<Output, String> answers = new EnumMap<>(Output.class);
    put(answers, Output.SPARSE, find(model, TOKEN_WEIGHTS, 2, 3));
    put(answers, Output.MULTI_VECTOR, find(model, TOKEN_VECTORS, 3));
    String states = find(model, TOKEN_STATES, 3);
    if (states != null) {
      answers.keySet().removeAll(wanted.outputs());
      return new ReadyOutputs(states, null, answers);
    }
    String pooled = find(model, POOLED, 2);
    if (pooled == null) {
      throw new ModelException("model must have a float output " + TOKEN_STATES
          + " of shape [batch, sequence, dimension]" + " or " + POOLED
          + " of shape [batch, dimension]: " + model.name() + " has "
          + model.outputs().values()
          + "; export the encoder without a task head, or use BgeReranker for a reranker");
    }
    if (wanted.poolingChosen()) {
      throw new InvalidOptionException(
          "pooling can be chosen only for a model that gives token states: " + model.name()
              + " gives '" + pooled + "'; leave pooling unset");
    }
    answers.put(Output.DENSE, pooled);
    return new ReadyOutputs(null, null, answers);
  }

  private static void put(Map<Output, String> answers, Output output, @Nullable String name) {
    if (name != null) {
      answers.put(output, name);
    }
  }

  private static @Nullable String find(OnnxModel model, List<String> names, int... ranks) {
    for (String name : names) {
      for (int rank : ranks) {
        if (isFloat(model.outputs().get(name), rank)) {
          return name;
        }
      }
    }
    return null;
  }

  private static boolean isFloat(@Nullable NodeInfo node, int rank) {
    return node != null
        && node.getInfo() instanceof TensorInfo info
        && (info.type == OnnxJavaType.FLOAT || info.type == OnnxJavaType.FLOAT16)
        && info.getShape().length == rank;
  }

  /** Returns the names of the outputs that what is asked for is made of. */
  Set<String> names(Collection<Output> asked) {
    if (logits != null) {
      return Set.of(logits);
    }
    Set<String> names = new LinkedHashSet<>();
    for (Output output : asked) {
      String answer = answers.get(output);
      names.add(answer == null ? statesName() : answer);
    }
    return names;
  }

  private String statesName() {
    if (states == null) {
      throw new IllegalStateException("only what a model gives may be asked of it; this is a bug");
    }
    return states;
  }

  /** Returns the states of a run, still the runtime's. */
  OnnxTensor states(OrtSession.Result result, PackedBatch batch) {
    OnnxTensor tensor = tensor(result, statesName());
    long[] shape = tensor.getInfo().getShape();
    requireShape(
        shape[0] == batch.texts() && shape[1] == batch.commonLength(), statesName(), tensor, batch);
    return tensor;
  }

  /** Reads the logits of a cross-encoder. */
  float[] logits(OrtSession.Result result, PackedBatch batch) {
    OnnxTensor tensor = tensor(result, LOGITS);
    long[] shape = tensor.getInfo().getShape();
    requireShape(shape.length == 2 && shape[0] == batch.texts(), LOGITS, tensor, batch);
    return OnnxModel.floats(tensor);
  }

  /** Reads an answer; null if it was not asked for, or is made of the states. */
  float @Nullable [] answer(OrtSession.Result result, Output output, PackedBatch batch) {
    String name = answers.get(output);
    if (name == null || result.get(name).isEmpty()) {
      return null;
    }
    OnnxTensor tensor = tensor(result, name);
    long[] shape = tensor.getInfo().getShape();
    float[] values = OnnxModel.floats(tensor);
    int tokens = batch.tokenIds().length;
    boolean fits = shape[0] == batch.texts()
        && switch (output) {
          case DENSE -> shape.length == 2;
          case SPARSE -> values.length == tokens;
          case MULTI_VECTOR ->
            shape[1] == batch.commonLength() || shape[1] == batch.commonLength() - 1;
        };
    requireShape(fits, name, tensor, batch);
    boolean withoutFirst = output == Output.MULTI_VECTOR && shape[1] < batch.commonLength();
    return withoutFirst ? withFirstRows(values, batch, (int) shape[2]) : values;
  }

  /** Puts a row of zeros, which nobody reads, before the rows of each text. */
  private static float[] withFirstRows(float[] rows, PackedBatch batch, int width) {
    int length = (batch.commonLength() - 1) * width;
    float[] all = new float[batch.tokenIds().length * width];
    for (int text = 0; text < batch.texts(); text++) {
      System.arraycopy(rows, text * length, all, text * (length + width) + width, length);
    }
    return all;
  }

  private static OnnxTensor tensor(OrtSession.Result result, String name) {
    return (OnnxTensor) result.get(name).orElseThrow();
  }

  private static void requireShape(
      boolean fits, String name, OnnxTensor tensor, PackedBatch batch) {
    if (!fits) {
      throw new InferenceException(
          "output '" + name + "' must have one row a text and token: " + tensor.getInfo() + " for "
              + batch.texts() + " texts of " + batch.commonLength()
              + " tokens; export the model with dynamic axes");
    }
  }
}
