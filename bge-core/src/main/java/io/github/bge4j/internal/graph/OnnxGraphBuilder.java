package io.github.bge4j.internal.graph;

import io.github.bge4j.internal.checkpoint.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes an ONNX graph, one node at a time. Values are named by the node that makes them.
 *
 * <p>The numbers of the fields are those of {@code onnx-ml.proto}. Not thread-safe.
 */
final class OnnxGraphBuilder {

  /** Domain of ONNX Runtime's fused operators. */
  static final String MICROSOFT = "com.microsoft";

  /** Gelu is a standard operator from this version on. */
  private static final int OPSET = 20;

  private static final int IR_VERSION = 9;
  private static final int EXTERNAL = 1;

  private final String name;
  private final ProtobufMessage nodes = new ProtobufMessage();
  private final ProtobufMessage initializers = new ProtobufMessage();
  private final ProtobufMessage inputs = new ProtobufMessage();
  private final ProtobufMessage outputs = new ProtobufMessage();
  private final ProtobufMessage functions = new ProtobufMessage();

  OnnxGraphBuilder(String name) {
    this.name = name;
  }

  /** Declares an input; axes without a number are dynamic. */
  String input(String name, DType type, Object... axes) {
    inputs.message(11, value(name, type, axes));
    return name;
  }

  /** Declares a value as an output. */
  void output(String name, DType type, Object... axes) {
    outputs.message(12, value(name, type, axes));
  }

  /**
   * Adds a node with one output, which carries the given name.
   *
   * @param attributes made by {@link #attribute}
   */
  String node(
      String operator,
      String domain,
      String output,
      List<String> inputs,
      ProtobufMessage... attributes) {
    ProtobufMessage node = new ProtobufMessage();
    for (String input : inputs) {
      node.text(1, input);
    }
    node.text(2, output).text(3, output).text(4, operator);
    for (ProtobufMessage attribute : attributes) {
      node.message(5, attribute);
    }
    nodes.message(1, node.text(7, domain));
    return output;
  }

  /** Adds a small int64 vector to the graph itself. */
  String constant(String name, long... values) {
    ProtobufMessage tensor = tensor(DType.I64, values.length);
    initializers.message(5, tensor.packed(7, values).text(8, name));
    return name;
  }

  /** Adds a float tensor to the graph itself; row-major. */
  String constant(String name, float[] values, long... shape) {
    return constant(name, DType.F32, values, shape);
  }

  /** Adds a tensor of fp32 or fp16 to the graph itself; row-major. */
  String constant(String name, DType type, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    type.ofFloats(values, 0, values.length, bytes);
    ProtobufMessage tensor = tensor(type, shape);
    initializers.message(5, tensor.text(8, name).raw(9, bytes.array()));
    return name;
  }

  /** Adds a tensor whose bytes (row-major, little-endian) lie in a file. */
  String external(
      String name, DType type, String location, long offset, long length, long... shape) {
    initializers.message(
        5,
        tensor(type, shape)
            .text(8, name)
            .message(13, entry("location", location))
            .message(13, entry("offset", Long.toString(offset)))
            .message(13, entry("length", Long.toString(length)))
            .integer(14, EXTERNAL));
    return name;
  }

  /** Adds an unsigned 8-bit number to the graph itself. */
  String unsignedByte(String name, int value) {
    initializers.message(5, tensor(DType.U8).text(8, name).raw(9, new byte[] {(byte) value}));
    return name;
  }

  /**
   * Adds a function to the model, which nodes of its domain may name.
   *
   * @param function a serialized {@code FunctionProto}
   */
  void function(String domain, byte[] function) {
    functions.raw(25, function).message(8, new ProtobufMessage().text(1, domain).integer(2, 1));
  }

  /** Returns the graph as it is now, as an attribute takes it. */
  ProtobufMessage graph() {
    return new ProtobufMessage()
        .fieldsOf(nodes)
        .text(2, name)
        .fieldsOf(initializers)
        .fieldsOf(inputs)
        .fieldsOf(outputs);
  }

  byte[] model() {
    return new ProtobufMessage()
        .integer(1, IR_VERSION)
        .message(7, graph())
        .message(8, new ProtobufMessage().integer(2, OPSET))
        .message(8, new ProtobufMessage().text(1, MICROSOFT).integer(2, 1))
        .fieldsOf(functions)
        .toByteArray();
  }

  static ProtobufMessage attribute(String name, float value) {
    return new ProtobufMessage().text(1, name).real(2, value).integer(20, 1);
  }

  static ProtobufMessage attribute(String name, long value) {
    return new ProtobufMessage().text(1, name).integer(3, value).integer(20, 2);
  }

  /** An attribute that is a graph, made by {@link #graph}. */
  static ProtobufMessage attribute(String name, ProtobufMessage value) {
    return new ProtobufMessage().text(1, name).message(6, value).integer(20, 5);
  }

  /** The head of a tensor, before its data and name. */
  private static ProtobufMessage tensor(DType type, long... shape) {
    ProtobufMessage tensor = new ProtobufMessage();
    for (long size : shape) {
      tensor.integer(1, size);
    }
    return tensor.integer(2, type.onnxType());
  }

  private static ProtobufMessage entry(String key, String value) {
    return new ProtobufMessage().text(1, key).text(2, value);
  }

  private static ProtobufMessage value(String name, DType type, Object... axes) {
    ProtobufMessage shape = new ProtobufMessage();
    for (Object axis : axes) {
      shape.message(
          1,
          axis instanceof Integer size
              ? new ProtobufMessage().integer(1, size)
              : new ProtobufMessage().text(2, axis.toString()));
    }
    ProtobufMessage tensor = new ProtobufMessage().integer(1, type.onnxType()).message(2, shape);
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
  }
}
