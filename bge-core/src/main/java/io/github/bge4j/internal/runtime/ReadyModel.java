package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OnnxTensor;
import io.github.bge4j.InferenceException;
import io.github.bge4j.ModelException;
import io.github.bge4j.Output;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A ready ONNX file of an encoder or cross-encoder, run as it is; its texts must have equal lengths
 * within a batch.
 */
public final class ReadyModel implements EncoderSession {

  private final OnnxModel model;
  private final InputBinding inputs;
  private final DenseOutput output;
  private final int dimension;

  private ReadyModel(OnnxModel model, DenseHead head, Supplier<PackedBatch> probe) {
    this.model = model;
    this.inputs = InputBinding.of(model);
    this.output = DenseOutput.of(model, head);
    this.dimension = dimension(probe.get());
  }

  /**
   * Opens a file; external data are found beside it.
   *
   * @param threadsPerRun cores that one run uses
   * @param head what is wanted of it
   * @param probe run once, so that a model that cannot run fails here
   * @throws io.github.bge4j.ModelException if the file cannot be used
   */
  public static EncoderSession open(
      Path path, int threadsPerRun, DenseHead head, Supplier<PackedBatch> probe) {
    return open(OnnxModel.open(path, threadsPerRun), head, probe);
  }

  /** Opens the content of a file, which must be without external data. */
  public static EncoderSession open(
      byte[] bytes, String name, int threadsPerRun, DenseHead head, Supplier<PackedBatch> probe) {
    return open(OnnxModel.open(bytes, name, threadsPerRun), head, probe);
  }

  private static EncoderSession open(OnnxModel model, DenseHead head, Supplier<PackedBatch> probe) {
    boolean opened = false;
    try {
      EncoderSession session = new ReadyModel(model, head, probe);
      opened = true;
      return session;
    } finally {
      if (!opened) {
        model.close();
      }
    }
  }

  private int dimension(PackedBatch probe) {
    try {
      return run(probe, null).length / probe.texts();
    } catch (InferenceException e) {
      throw new ModelException("model must run: " + model.name() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Set<Output> outputs() {
    return Set.of(Output.DENSE);
  }

  @Override
  public EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context) {
    return new EncoderOutput(run(batch, context), null, null);
  }

  private float[] run(PackedBatch batch, @Nullable BatchContext context) {
    int length = batch.commonLength();
    try (InputTensors tensors = new InputTensors()) {
      inputs.fill(tensors, batch, length);
      return model.run(
          tensors.byName(),
          Set.of(output.name()),
          context,
          result -> output.read((OnnxTensor) result.get(0), batch.texts(), length));
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
