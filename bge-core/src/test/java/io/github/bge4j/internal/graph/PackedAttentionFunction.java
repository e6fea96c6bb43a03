package io.github.bge4j.internal.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.List;

/**
 * PackedMultiHeadAttention as a function of standard operators, which a CPU can run: rows are
 * scattered into {@code [B * S, hidden]}, a softmax in fp32 leaves out the places without a token,
 * and the rows of tokens are gathered again.
 *
 * <p>It must be in a domain of its own: ONNX Runtime looks up its own operators before functions.
 */
final class PackedAttentionFunction {

  static final String DOMAIN = "bge4j.test";

  private final FunctionProto.Builder function = FunctionProto.newBuilder()
      .setName("PackedMultiHeadAttention")
      .setDomain(DOMAIN)
      .addAllInput(List.of("q", "k", "v", "bias", "token_offset", "cumulative"))
      .addOutput("y")
      .addAttribute("num_heads")
      .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(20));

  private PackedAttentionFunction() {}

  static byte[] bytes() {
    PackedAttentionFunction self = new PackedAttentionFunction();
    self.addSizes();
    for (String rows : List.of("q", "k", "v")) {
      self.addHeads(rows);
    }
    self.addMask();
    self.addResult();
    return self.function.build().toByteArray();
  }

  private void addSizes() {
    constant("zero", 0);
    constant("one", 1);
    constant("minus_one", -1);
    constant("end", Long.MAX_VALUE);
    function.addNode(NodeProto.newBuilder()
        .setOpType("Constant")
        .addOutput("heads_scalar")
        .addAttribute(AttributeProto.newBuilder()
            .setName("value_int")
            .setRefAttrName("num_heads")
            .setType(AttributeProto.AttributeType.INT)));
    node("Reshape", "heads", List.of("heads_scalar", "one"));
    node("Shape", "table", List.of("token_offset"));
    node("Gather", "texts", List.of("table", "zero"));
    node("Gather", "longest", List.of("table", "one"));
    node("Mul", "places", List.of("texts", "longest"));
    node("Shape", "q_shape", List.of("q"));
    node("Gather", "tokens", List.of("q_shape", "zero"));
    node("Gather", "hidden", List.of("q_shape", "one"));
    node("Reshape", "offsets", List.of("token_offset", "minus_one"));
    node("Slice", "used32", List.of("offsets", "zero", "tokens", "zero"));
    node("Cast", "used", List.of("used32"), integer("to", 7));
    node("Unsqueeze", "used_rows", List.of("used", "one"));
    node("Concat", "rows_shape", List.of("places", "hidden"), integer("axis", 0));
    node(
        "Concat",
        "heads_shape",
        List.of("texts", "longest", "heads", "minus_one"),
        integer("axis", 0));
  }

  private void addHeads(String rows) {
    node("Cast", rows + "_wide", List.of(rows), integer("to", 1));
    node("ConstantOfShape", rows + "_zeros", List.of("rows_shape"));
    node("ScatterND", rows + "_padded", List.of(rows + "_zeros", "used_rows", rows + "_wide"));
    node("Reshape", rows + "_split", List.of(rows + "_padded", "heads_shape"));
    AttributeProto.Builder order =
        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
    for (long axis : rows.equals("k") ? new long[] {0, 2, 3, 1} : new long[] {0, 2, 1, 3}) {
      order.addInts(axis);
    }
    node("Transpose", rows + "_heads", List.of(rows + "_split"), order.build());
  }

  private void addMask() {
    node("Slice", "begins", List.of("cumulative", "zero", "minus_one", "zero"));
    node("Slice", "ends", List.of("cumulative", "one", "end", "zero"));
    node("Sub", "lengths32", List.of("ends", "begins"));
    node("Cast", "lengths", List.of("lengths32"), integer("to", 7));
    node("Concat", "lengths_shape", List.of("texts", "one", "one", "one"), integer("axis", 0));
    node("Reshape", "lengths4", List.of("lengths", "lengths_shape"));
    node("Squeeze", "longest_scalar", List.of("longest", "zero"));
    scalar("first", 0);
    scalar("step", 1);
    node("Range", "keys", List.of("first", "longest_scalar", "step"));
    node("Less", "seen", List.of("keys", "lengths4"));
  }

  private void addResult() {
    node("MatMul", "products", List.of("q_heads", "k_heads"));
    node("Div", "head_size", List.of("hidden", "heads"));
    node("Cast", "head_size_float", List.of("head_size"), integer("to", 1));
    node("Sqrt", "root", List.of("head_size_float"));
    node("Div", "scores", List.of("products", "root"));
    node(
        "Constant",
        "lowest",
        List.of(),
        AttributeProto.newBuilder()
            .setName("value_float")
            .setType(AttributeProto.AttributeType.FLOAT)
            .setF(-3.4e38f)
            .build());
    node("Where", "masked", List.of("seen", "scores", "lowest"));
    node("Softmax", "weights", List.of("masked"), integer("axis", -1));
    node("MatMul", "mixed_heads", List.of("weights", "v_heads"));
    AttributeProto.Builder order =
        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
    for (long axis : new long[] {0, 2, 1, 3}) {
      order.addInts(axis);
    }
    node("Transpose", "mixed", List.of("mixed_heads"), order.build());
    node("Reshape", "mixed_rows", List.of("mixed", "rows_shape"));
    node("Gather", "y_wide", List.of("mixed_rows", "used"));
    node("CastLike", "y", List.of("y_wide", "q"));
  }

  private void node(String operator, String output, List<String> in, AttributeProto... attributes) {
    function.addNode(NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(in)
        .addOutput(output)
        .addAllAttribute(List.of(attributes)));
  }

  private void constant(String name, long value) {
    node(
        "Constant",
        name,
        List.of(),
        AttributeProto.newBuilder()
            .setName("value_ints")
            .setType(AttributeProto.AttributeType.INTS)
            .addInts(value)
            .build());
  }

  private void scalar(String name, long value) {
    node("Constant", name, List.of(), integer("value_int", value));
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }
}
