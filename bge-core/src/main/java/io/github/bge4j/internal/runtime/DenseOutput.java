package io.github.bge4j.internal.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.TensorInfo;
import io.github.bge4j.InferenceException;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelException;
import io.github.bge4j.Pooling;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a ready model has its dense vectors: in the states of all tokens, which are pooled here, or
 * in an output that is pooled already.
 *
 * @param name the output to ask for
 * @param pooling how to pool it, or null if it is pooled already
 */
record DenseOutput(String name, @Nullable Pooling pooling) {

  /** Shape {@code [batch, sequence, dimension]}. */
  private static final List<String> TOKEN_STATES = List.of("last_hidden_state", "token_embeddings");

  /** Shape {@code [batch, dimension]}. */
  private static final List<String> POOLED =
      List.of("sentence_embedding", "dense", "dense_vecs", "dense_embedding");

  /** Shape {@code [batch, labels]}. */
  private static final String LOGITS = "logits";

  /** Picks the output of a model. */
  static DenseOutput of(OnnxModel model, DenseHead head) {
    return head.logits() ? logits(model) : vectors(model, head.pooling());
  }

  private static DenseOutput logits(OnnxModel model) {
    if (isFloat(model.outputs().get(LOGITS), 2)) {
      return new DenseOutput(LOGITS, null);
    }
    throw new ModelException(
        "a reranker must have a float output '" + LOGITS + "' of shape [batch, 1]: " + model.name()
            + " has " + model.outputs().values()
            + "; export the sequence classification model, or use BgeEmbedder for an embedding model");
  }

  /**
   * Token states before pooled vectors, so that pooling is as asked for.
   *
   * @param pooling what the caller chose, or null for {@link Pooling#CLS} where there is a choice
   */
  private static DenseOutput vectors(OnnxModel model, @Nullable Pooling pooling) {
    for (String name : TOKEN_STATES) {
      if (isFloat(model.outputs().get(name), 3)) {
        return new DenseOutput(name, pooling == null ? Pooling.CLS : pooling);
      }
    }
    for (String name : POOLED) {
      if (isFloat(model.outputs().get(name), 2)) {
        if (pooling != null) {
          throw new InvalidOptionException(
              "pooling can be chosen only for a model that gives token states: " + model.name()
                  + " gives '" + name + "'; leave pooling unset");
        }
        return new DenseOutput(name, null);
      }
    }
    throw new ModelException(
        "model must have a float output " + TOKEN_STATES + " of shape [batch, sequence, dimension]"
            + " or " + POOLED + " of shape [batch, dimension]: " + model.name() + " has "
            + model.outputs().values()
            + "; export the encoder without a task head, or use BgeReranker for a reranker");
  }

  private static boolean isFloat(@Nullable NodeInfo node, int rank) {
    return node != null
        && node.getInfo() instanceof TensorInfo info
        && (info.type == OnnxJavaType.FLOAT || info.type == OnnxJavaType.FLOAT16)
        && info.getShape().length == rank;
  }

  /** Reads the vectors of a batch of equally long texts; shape {@code [texts * dimension]}. */
  float[] read(OnnxTensor tensor, int texts, int length) {
    long[] shape = tensor.getInfo().getShape();
    boolean asExpected = shape[0] == texts && (pooling == null || shape[1] == length);
    if (!asExpected) {
      throw new InferenceException(
          "output '" + name + "' must have one row a text and token: " + tensor.getInfo() + " for "
              + texts + " texts of " + length + " tokens; export the model with dynamic axes");
    }
    FloatBuffer states = tensor.getFloatBuffer();
    if (pooling == null) {
      return states.array();
    }
    int dimension = (int) shape[2];
    float[] vectors = new float[texts * dimension];
    for (int text = 0; text < texts; text++) {
      int first = text * length * dimension;
      if (pooling == Pooling.MEAN) {
        mean(states, first, length, vectors, text * dimension, dimension);
      } else {
        states.get(first, vectors, text * dimension, dimension);
      }
    }
    return vectors;
  }

  private static void mean(
      FloatBuffer states, int first, int rows, float[] vectors, int at, int dimension) {
    for (int i = 0; i < dimension; i++) {
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        sum += states.get(first + row * dimension + i);
      }
      vectors[at + i] = (float) (sum / rows);
    }
  }
}
