package io.github.bge4j.internal.graph;

import static io.github.bge4j.internal.graph.OnnxGraphBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.bge4j.internal.checkpoint.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What we write, as the generated classes of the ONNX format read it. */
class OnnxGraphBuilderTest {

  private final OnnxGraphBuilder builder = new OnnxGraphBuilder("größer");

  @Test
  void model_everything_isWhatTheGeneratedClassesWrite() throws Exception {
    OnnxGraphBuilder branch = new OnnxGraphBuilder("branch");
    branch.node("Relu", "", "positive", List.of("x"));
    branch.output("positive", DType.F32, "tokens", 0);
    builder.input("x", DType.F32, "tokens", 384);
    builder.input("wanted", DType.BOOL);
    builder.constant("shape", -1, 0, 1, 127, 128, Long.MAX_VALUE, Long.MIN_VALUE);
    builder.constant("none", new float[0], 0, 2);
    builder.external("large", DType.F32, "folder/weights.bin", 1L << 40, 1 << 20, 512, 512);
    builder.node("If", "", "y", List.of("wanted"), attribute("then_branch", branch.graph()));
    builder.output("y", DType.F32, "tokens", 300);

    byte[] bytes = builder.model();

    ModelProto model = ModelProto.parseFrom(bytes);
    assertThat(model.toByteArray()).isEqualTo(bytes);
    assertThat(model.getUnknownFields().asMap()).isEmpty();
    assertThat(model.getIrVersion()).isEqualTo(9);
    assertThat(model.getOpsetImportList())
        .extracting(opset -> opset.getDomain() + ":" + opset.getVersion())
        .containsExactly(":20", "com.microsoft:1");
    assertThat(model.getGraph().getName()).isEqualTo("größer");
    assertThat(model.getGraph().getNode(0).getAttribute(0).getG())
        .isEqualTo(GraphProto.parseFrom(branch.graph().toByteArray()));
  }

  @Test
  void input_axes_areNumbersOrNames() throws Exception {
    builder.input("x", DType.I32, "tokens", 1 << 20);
    ValueInfoProto input = graph().getInput(0);
    assertThat(input.getName()).isEqualTo("x");
    assertThat(input.getType().getTensorType().getElemType())
        .isEqualTo(TensorProto.DataType.INT32.getNumber());
    assertThat(input.getType().getTensorType().getShape().getDim(0).getDimParam())
        .isEqualTo("tokens");
    assertThat(input.getType().getTensorType().getShape().getDim(1).getDimValue())
        .isEqualTo(1 << 20);
  }

  @Test
  void input_noAxes_isAScalar() throws Exception {
    builder.input("wanted", DType.BOOL);
    assertThat(graph().getInput(0).getType().getTensorType().hasShape()).isTrue();
    assertThat(graph().getInput(0).getType().getTensorType().getShape().getDimCount())
        .isZero();
  }

  @Test
  void dataType_numbers_areThoseOfTheFormat() {
    assertThat(DType.values())
        .extracting(type -> TensorProto.DataType.forNumber(type.onnxType()).name())
        .containsExactly(
            "BOOL",
            "UINT8",
            "INT8",
            "INT16",
            "INT32",
            "INT64",
            "FLOAT16",
            "BFLOAT16",
            "FLOAT",
            "DOUBLE");
  }

  @Test
  void constant_integers_keepTheirValues() throws Exception {
    long[] values = {-1, 0, 1, 127, 128, 16_384, Long.MAX_VALUE, Long.MIN_VALUE};
    builder.constant("shape", values);
    TensorProto tensor = graph().getInitializer(0);
    assertThat(tensor.getInt64DataList())
        .containsExactly(-1L, 0L, 1L, 127L, 128L, 16_384L, Long.MAX_VALUE, Long.MIN_VALUE);
    assertThat(tensor.getDimsList()).containsExactly(8L);
    assertThat(tensor.getDataType()).isEqualTo(TensorProto.DataType.INT64.getNumber());
  }

  @Test
  void constant_floats_lieLittleEndian() throws Exception {
    builder.constant("one", new float[] {1, -0f}, 2, 1);
    TensorProto tensor = graph().getInitializer(0);
    assertThat(tensor.getRawData())
        .isEqualTo(ByteString.copyFrom(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0x80}));
    assertThat(tensor.getDimsList()).containsExactly(2L, 1L);
  }

  @Test
  void external_region_isNamed() throws Exception {
    builder.external("large", DType.F32, "a/b.bin", 1L << 40, 8, 2);
    TensorProto tensor = graph().getInitializer(0);
    assertThat(tensor.getDataLocation()).isEqualTo(TensorProto.DataLocation.EXTERNAL);
    assertThat(tensor.getExternalDataList())
        .extracting(entry -> entry.getKey() + "=" + entry.getValue())
        .containsExactly("location=a/b.bin", "offset=1099511627776", "length=8");
  }

  @Test
  void node_attributes_haveTheirTypes() throws Exception {
    builder.node(
        "Op",
        OnnxGraphBuilder.MICROSOFT,
        "y",
        List.of("a", "", "b"),
        attribute("epsilon", 1e-12f),
        attribute("axis", -1),
        attribute("body", builder.graph()));

    NodeProto node = graph().getNode(0);
    assertThat(node.getInputList()).containsExactly("a", "", "b");
    assertThat(node.getOutputList()).containsExactly("y");
    assertThat(node.getOpType()).isEqualTo("Op");
    assertThat(node.getDomain()).isEqualTo("com.microsoft");
    assertThat(node.getAttributeList())
        .extracting(AttributeProto::getType)
        .containsExactly(AttributeType.FLOAT, AttributeType.INT, AttributeType.GRAPH);
    assertThat(node.getAttribute(0).getF()).isEqualTo(1e-12f);
    assertThat(node.getAttribute(1).getI()).isEqualTo(-1);
    assertThat(node.getAttribute(2).getG().getName()).isEqualTo("größer");
  }

  private GraphProto graph() throws InvalidProtocolBufferException {
    return ModelProto.parseFrom(builder.model()).getGraph();
  }
}
