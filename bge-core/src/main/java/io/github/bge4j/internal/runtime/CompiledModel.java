package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.bge4j.InferenceException;
import io.github.bge4j.Output;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An encoder graph of our own; the texts of a batch must have one length. */
public final class CompiledModel implements EncoderSession {

  private final OnnxModel model;
  private final Set<Output> outputs;
  private final int hiddenSize;
  private final int paddingIndex;

  /** Does not keep the graph: the model has a copy of its bytes. */
  private CompiledModel(EncoderGraph graph, OnnxModel model) {
    this.model = model;
    this.outputs = graph.outputs();
    this.hiddenSize = graph.hiddenSize();
    this.paddingIndex = graph.paddingIndex();
  }

  /**
   * Opens a graph; its weights stay in the files it points to, which must not change while it is
   * open.
   *
   * @param name what messages call the model
   * @param threadsPerRun cores that one run uses
   * @throws io.github.bge4j.ModelException if the runtime refuses it
   */
  public static EncoderSession open(EncoderGraph graph, String name, int threadsPerRun) {
    return new CompiledModel(
        graph, OnnxModel.open(graph.model(), graph.weightsFolder(), name, threadsPerRun));
  }

  @Override
  public Set<Output> outputs() {
    return outputs;
  }

  @Override
  public int dimension() {
    return hiddenSize;
  }

  @Override
  public EncoderOutput run(PackedBatch batch, Set<Output> asked) {
    int length = batch.commonLength();
    Set<String> names = new LinkedHashSet<>();
    asked.forEach(output -> names.add(EncoderGraph.nameOf(output)));
    try {
      Map<String, OnnxTensor> tensors = tensors(batch, length, asked);
      try {
        return model.run(tensors, names, CompiledModel::read);
      } finally {
        tensors.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException e) {
      throw new InferenceException(
          "the tensors of a batch could not be made: " + e.getMessage(), e);
    }
  }

  private Map<String, OnnxTensor> tensors(PackedBatch batch, int length, Set<Output> asked)
      throws OrtException {
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      tensors.put(EncoderGraph.TOKEN_IDS, ints(env, batch.tokenIds()));
      tensors.put(EncoderGraph.POSITIONS, ints(env, positions(batch)));
      tensors.put(
          EncoderGraph.FIRST_TOKENS, ints(env, Arrays.copyOf(batch.offsets(), batch.texts())));
      long[] shape = {batch.texts(), length, hiddenSize};
      tensors.put(
          EncoderGraph.ATTENTION_SHAPE,
          OnnxTensor.createTensor(env, LongBuffer.wrap(shape), new long[] {shape.length}));
      for (Output output : outputs) {
        if (output != Output.DENSE) {
          tensors.put(
              EncoderGraph.switchOf(output), OnnxTensor.createTensor(env, asked.contains(output)));
        }
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.values().forEach(OnnxTensor::close);
      throw e;
    }
  }

  private static OnnxTensor ints(OrtEnvironment env, int[] values) throws OrtException {
    return OnnxTensor.createTensor(env, IntBuffer.wrap(values), new long[] {values.length});
  }

  /**
   * Rows of the position table. BERT counts from 0. XLM-RoBERTa counts from {@code padding + 1} and
   * gives a padding token in the text the position {@code padding}, without counting it
   * ({@code create_position_ids_from_input_ids}).
   */
  private int[] positions(PackedBatch batch) {
    int[] ids = batch.tokenIds();
    int[] positions = new int[ids.length];
    for (int text = 0; text < batch.texts(); text++) {
      int position = paddingIndex;
      for (int i = batch.offsets()[text]; i < batch.offsets()[text + 1]; i++) {
        positions[i] = ids[i] == paddingIndex ? paddingIndex : ++position;
      }
    }
    return positions;
  }

  private static EncoderOutput read(OrtSession.Result result) {
    return new EncoderOutput(
        floats(result, Output.DENSE),
        floats(result, Output.SPARSE),
        floats(result, Output.MULTI_VECTOR));
  }

  private static float @Nullable [] floats(OrtSession.Result result, Output output) {
    return result
        .get(EncoderGraph.nameOf(output))
        .map(value -> ((OnnxTensor) value).getFloatBuffer().array())
        .orElse(null);
  }

  @Override
  public void close() {
    model.close();
  }
}
