package io.github.bge4j.internal.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

/**
 * An encoder of one table look-up, as a ready ONNX file: the state of token {@code t} is {@code (t,
 * 2t)}. Every part of its signature can be varied.
 */
public final class TinyOnnx {

  private static final int VOCABULARY = 30_522;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");

  private TinyOnnx(String tokenIds, int vocabulary) {
    TensorProto.Builder table = TensorProto.newBuilder()
        .setName("table")
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addDims(vocabulary)
        .addDims(2);
    for (int token = 0; token < vocabulary; token++) {
      table.addFloatData(token).addFloatData(2 * token);
    }
    graph.addInitializer(table);
    node("Gather", "states", "table", tokenIds);
  }

  /** A model with the one input {@code input_ids} of type int64 and no output yet. */
  public static TinyOnnx dynamic() {
    return withoutInput().input("input_ids", TensorProto.DataType.INT64, -1, -1);
  }

  /** A model that knows the tokens below a number only. */
  public static TinyOnnx ofVocabulary(int size) {
    return new TinyOnnx("input_ids", size).input("input_ids", TensorProto.DataType.INT64, -1, -1);
  }

  /** A model without any input yet. */
  static TinyOnnx withoutInput() {
    return new TinyOnnx("input_ids", VOCABULARY);
  }

  /** A model whose one input has another name. */
  static TinyOnnx withInputCalled(String name) {
    return new TinyOnnx(name, VOCABULARY).input(name, TensorProto.DataType.INT64, -1, -1);
  }

  TinyOnnx input(String name, TensorProto.DataType type, int... shape) {
    graph.addInput(value(name, type, shape));
    return this;
  }

  /** Gives the token states, shape {@code [batch, sequence, 2]}. */
  public TinyOnnx tokenStates(String name) {
    node("Identity", name, "states");
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, -1, -1, 2));
    return this;
  }

  /** Gives in fp16 what this gives in fp32. */
  public TinyOnnx half() {
    for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
      String name = output.getName();
      graph.getNodeBuilderList().stream()
          .filter(node -> node.getOutput(0).equals(name))
          .forEach(node -> node.setOutput(0, name + ".wide"));
      cast(TensorProto.DataType.FLOAT16, name, name + ".wide");
      output
          .getTypeBuilder()
          .getTensorTypeBuilder()
          .setElemType(TensorProto.DataType.FLOAT16.getNumber());
    }
    return this;
  }

  /** Gives the largest state of each text, shape {@code [batch, 2]}. */
  TinyOnnx pooled(String name) {
    graph.addNode(NodeProto.newBuilder()
        .setOpType("ReduceMax")
        .addInput("states")
        .addOutput(name)
        .addAttribute(ints("axes", 1))
        .addAttribute(AttributeProto.newBuilder()
            .setName("keepdims")
            .setType(AttributeProto.AttributeType.INT)
            .setI(0)));
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, -1, 2));
    return this;
  }

  /** Wants token types. */
  public TinyOnnx typed() {
    return input("token_type_ids", TensorProto.DataType.INT64, -1, -1);
  }

  /**
   * Gives for each text the sum of its ids and of half its types, {@code labels} times; shape
   * {@code [batch, labels]}.
   */
  public TinyOnnx logits(int labels) {
    TensorProto.Builder half = TensorProto.newBuilder()
        .setName("half")
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addFloatData(0.5f);
    TensorProto.Builder pick = TensorProto.newBuilder()
        .setName("pick")
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addDims(2)
        .addDims(labels);
    for (int i = 0; i < 2 * labels; i++) {
      pick.addFloatData(i < labels ? 1 : 0);
    }
    TensorProto.Builder axis = TensorProto.newBuilder()
        .setName("axis")
        .setDataType(TensorProto.DataType.INT64.getNumber())
        .addDims(1)
        .addInt64Data(1);
    graph.addInitializer(half).addInitializer(pick).addInitializer(axis);
    cast(TensorProto.DataType.FLOAT, "types", "token_type_ids");
    node("Mul", "half_types", "types", "half");
    node("ReduceSum", "type_sums", "half_types", "axis");
    node("ReduceSum", "state_sums", "states", "axis");
    node("Squeeze", "sums", "state_sums", "axis");
    node("MatMul", "picked", "sums", "pick");
    node("Add", "logits", "picked", "type_sums");
    graph.addOutput(value("logits", TensorProto.DataType.FLOAT, -1, labels));
    return this;
  }

  public byte[] bytes() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private void node(String op, String output, String... inputs) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(op).addOutput(output);
    for (String input : inputs) {
      node.addInput(input);
    }
    graph.addNode(node);
  }

  private void cast(TensorProto.DataType type, String output, String input) {
    graph.addNode(NodeProto.newBuilder()
        .setOpType("Cast")
        .addInput(input)
        .addOutput(output)
        .addAttribute(AttributeProto.newBuilder()
            .setName("to")
            .setType(AttributeProto.AttributeType.INT)
            .setI(type.getNumber())));
  }

  private static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (int i = 0; i < shape.length; i++) {
      dims.addDim(
          shape[i] < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("axis" + i)
              : TensorShapeProto.Dimension.newBuilder().setDimValue(shape[i]));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder()
            .setTensorType(
                TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dims)))
        .build();
  }
}
