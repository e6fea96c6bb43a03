package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.github.bge4j.InferenceException;
import io.github.bge4j.Pooling;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A ready ONNX file of an encoder, run as it is; its texts must have equal lengths within a batch.
 */
public final class ReadyModel implements EncoderSession {

  private final OnnxModel model;
  private final InputBinding inputs;
  private final DenseOutput output;
  private final int dimension;

  private ReadyModel(OnnxModel model, @Nullable Pooling pooling, PackedBatch probe) {
    this.model = model;
    this.inputs = InputBinding.of(model);
    this.output = DenseOutput.of(model, pooling);
    this.dimension = run(probe)[0].length;
  }

  /**
   * Opens a file; external data are found beside it.
   *
   * @param threadsPerRun cores that one run uses
   * @param pooling null for the default
   * @param probe run once, so that a model that cannot run fails here
   * @throws io.github.bge4j.ModelException if the file cannot be used
   */
  public static EncoderSession open(
      Path path, int threadsPerRun, @Nullable Pooling pooling, PackedBatch probe) {
    return open(OnnxModel.open(path, threadsPerRun), pooling, probe);
  }

  /** Opens the content of a file, which must be without external data. */
  public static EncoderSession open(
      byte[] bytes, String name, int threadsPerRun, @Nullable Pooling pooling, PackedBatch probe) {
    return open(OnnxModel.open(bytes, name, threadsPerRun), pooling, probe);
  }

  private static EncoderSession open(
      OnnxModel model, @Nullable Pooling pooling, PackedBatch probe) {
    try {
      return new ReadyModel(model, pooling, probe);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public float[][] run(PackedBatch batch) {
    int length = checkLength(batch);
    try {
      Map<String, OnnxTensor> tensors = inputs.tensors(batch, length);
      try {
        return model.run(
            tensors, output.name(), tensor -> output.read(tensor, batch.texts(), length));
      } finally {
        tensors.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException e) {
      throw new InferenceException(
          "the tensors of a batch could not be made: " + e.getMessage(), e);
    }
  }

  /** An empty tensor makes attention divide by zero, which ends the JVM, not the call. */
  private static int checkLength(PackedBatch batch) {
    int length = batch.texts() == 0 ? 0 : batch.commonLength();
    if (length < 1) {
      throw new IllegalArgumentException(
          "a batch must hold texts of one length, at least 1 token; this is a bug");
    }
    return length;
  }

  @Override
  public void close() {
    model.close();
  }
}
