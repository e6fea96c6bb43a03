package io.github.bge4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes the pickle (protocol 2) of a state dictionary of contiguous fp32 tensors, one storage
 * each.
 */
final class StateDictPickle {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private StateDictPickle() {}

  static byte[] of(Map<String, int[]> shapes) {
    StateDictPickle pickle = new StateDictPickle();
    pickle.opcode("\u0080\u0002").global("collections", "OrderedDict").opcode(")R(");
    int storage = 0;
    for (Map.Entry<String, int[]> weight : shapes.entrySet()) {
      pickle.string(weight.getKey()).tensor(storage++, weight.getValue());
    }
    return pickle.opcode("u.").out.toByteArray();
  }

  /** {@code _rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())}. */
  private void tensor(int storage, int[] shape) {
    int elements = 1;
    int[] strides = new int[shape.length];
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = elements;
      elements *= shape[i];
    }
    global("torch._utils", "_rebuild_tensor_v2").opcode("((");
    string("storage")
        .global("torch", "FloatStorage")
        .string(Integer.toString(storage))
        .string("cpu");
    integer(elements).opcode("tQ").integer(0).tuple(shape).tuple(strides).opcode("\u0089");
    global("collections", "OrderedDict").opcode(")RtR");
  }

  private StateDictPickle tuple(int[] values) {
    opcode("(");
    for (int value : values) {
      integer(value);
    }
    return opcode("t");
  }

  private StateDictPickle opcode(String bytes) {
    out.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  private StateDictPickle global(String module, String name) {
    return opcode("c" + module + "\n" + name + "\n");
  }

  private StateDictPickle integer(int value) {
    opcode("J").out.writeBytes(littleEndian(value));
    return this;
  }

  private StateDictPickle string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    opcode("X").out.writeBytes(littleEndian(bytes.length));
    out.writeBytes(bytes);
    return this;
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(value)
        .array();
  }
}
