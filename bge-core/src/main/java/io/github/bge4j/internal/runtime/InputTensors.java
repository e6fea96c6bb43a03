package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.bge4j.InferenceException;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The inputs of one run, by name; closing frees those that were made, however far it came. Not
 * thread-safe.
 */
final class InputTensors implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Map<String, OnnxTensor> tensors = new HashMap<>();

  /** Adds a tensor of int32; the values are copied. */
  void put(String name, int[] values, long... shape) {
    add(name, () -> OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape));
  }

  /** Adds a tensor of int64; the values are copied. */
  void put(String name, long[] values, long... shape) {
    add(name, () -> OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
  }

  /** Adds a truth value without axes. */
  void put(String name, boolean value) {
    add(name, () -> OnnxTensor.createTensor(environment, value));
  }

  private void add(String name, Maker maker) {
    try {
      tensors.put(name, maker.make());
    } catch (OrtException e) {
      throw new InferenceException(
          "the tensors of a batch could not be made: " + e.getMessage(), e);
    }
  }

  /** Returns the tensors, which stay this object's to close. */
  Map<String, OnnxTensor> byName() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
  }

  private interface Maker {
    OnnxTensor make() throws OrtException;
  }
}
