package io.github.bge4j.internal.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes an ONNX graph, one node at a time. Values are named by the node that makes them.
 *
 * <p>Not thread-safe.
 */
final class OnnxGraphBuilder {

  /** Domain of ONNX Runtime's fused operators. */
  static final String MICROSOFT = "com.microsoft";

  /** Gelu is a standard operator from this version on. */
  private static final int OPSET = 20;

  private static final int IR_VERSION = 9;

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  OnnxGraphBuilder(String name) {
    graph.setName(name);
  }

  /** Declares an input; axes without a number are dynamic. */
  String input(String name, DataType type, Object... axes) {
    graph.addInput(value(name, type, axes));
    return name;
  }

  /** Declares a value as an output. */
  void output(String name, DataType type, Object... axes) {
    graph.addOutput(value(name, type, axes));
  }

  /** Adds a node with one output, which carries the given name. */
  String node(
      String operator,
      String domain,
      String output,
      List<String> inputs,
      AttributeProto... attributes) {
    graph.addNode(NodeProto.newBuilder()
        .setOpType(operator)
        .setDomain(domain)
        .setName(output)
        .addAllInput(inputs)
        .addOutput(output)
        .addAllAttribute(List.of(attributes)));
    return output;
  }

  /** Adds a small int64 vector to the graph itself. */
  String constant(String name, long... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataType.INT64.getNumber())
        .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds a float tensor to the graph itself; row-major. */
  String constant(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph.addInitializer(floats(name, shape).setRawData(ByteString.copyFrom(bytes)));
    return name;
  }

  /** Adds a float tensor whose bytes (row-major, little-endian) lie in a file. */
  String external(String name, String location, long offset, long length, long... shape) {
    graph.addInitializer(floats(name, shape)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length))));
    return name;
  }

  GraphProto graph() {
    return graph.build();
  }

  byte[] model() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto attribute(String name, GraphProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(value)
        .build();
  }

  private static TensorProto.Builder floats(String name, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    for (long size : shape) {
      tensor.addDims(size);
    }
    return tensor;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ValueInfoProto value(String name, DataType type, Object... axes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object axis : axes) {
      shape.addDim(
          axis instanceof Integer size
              ? TensorShapeProto.Dimension.newBuilder().setDimValue(size)
              : TensorShapeProto.Dimension.newBuilder().setDimParam(axis.toString()));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder()
            .setTensorType(
                TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
