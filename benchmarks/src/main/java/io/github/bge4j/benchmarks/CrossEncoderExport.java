package io.github.bge4j.benchmarks;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Makes a BERT cross-encoder of the bundled PyTorch export of bge-small-en-v1.5: the encoder as it
 * was exported, and behind its first token a classifier with random weights, as the export of
 * {@code BertForSequenceClassification} has it.
 */
final class CrossEncoderExport {

  /** What the hub states of the encoder, and one label. */
  static final String CONFIG = "{\"model_type\": \"bert\", \"hidden_size\": 384,"
      + " \"intermediate_size\": 1536, \"num_labels\": 1}";

  private static final int HIDDEN = 384;

  private CrossEncoderExport() {}

  /** Writes {@code model.onnx} and {@code tokenizer.json}. */
  static void write(Path folder) throws IOException {
    try (InputStream encoder = resource("bge-small-en-v1.5.onnx");
        InputStream tokenizer = resource("bge-small-en-v1.5-tokenizer.json")) {
      Files.write(folder.resolve("tokenizer.json"), tokenizer.readAllBytes());
      ModelProto.Builder model = ModelProto.parseFrom(encoder.readAllBytes()).toBuilder();
      addClassifier(model);
      Files.write(folder.resolve("model.onnx"), model.build().toByteArray());
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        CrossEncoderExport.class.getClassLoader().getResourceAsStream(name), name);
  }

  private static void addClassifier(ModelProto.Builder model) {
    String states = model.getGraph().getOutput(0).getName();
    model
        .getGraphBuilder()
        .addInitializer(random("pooler.dense.weight", HIDDEN, HIDDEN))
        .addInitializer(random("pooler.dense.bias", HIDDEN))
        .addInitializer(random("classifier.weight", 1, HIDDEN))
        .addInitializer(random("classifier.bias", 1))
        .addInitializer(TensorProto.newBuilder()
            .setName("first_position")
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addInt64Data(0))
        .addNode(node("Gather", "first_state", states, "first_position")
            .addAttribute(integer("axis", 1)))
        .addNode(gemm("pooled", "first_state", "pooler.dense"))
        .addNode(node("Tanh", "activated", "pooled"))
        .addNode(gemm("logits", "activated", "classifier"))
        .clearOutput()
        .addOutput(logits());
  }

  private static NodeProto.Builder node(String operator, String output, String... inputs) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).setName(output).addOutput(output);
    for (String input : inputs) {
      node.addInput(input);
    }
    return node;
  }

  private static NodeProto.Builder gemm(String output, String input, String layer) {
    return node("Gemm", output, input, layer + ".weight", layer + ".bias")
        .addAttribute(integer("transB", 1));
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static TensorProto random(String name, int... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    int elements = 1;
    for (int size : shape) {
      tensor.addDims(size);
      elements *= size;
    }
    SplittableRandom random = new SplittableRandom(name.hashCode());
    ByteBuffer bytes = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat((float) random.nextDouble(-0.1, 0.1));
    }
    return tensor.setRawData(ByteString.copyFrom(bytes.flip())).build();
  }

  private static ValueInfoProto logits() {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
        .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch_size"))
        .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1));
    return ValueInfoProto.newBuilder()
        .setName("logits")
        .setType(TypeProto.newBuilder()
            .setTensorType(TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(shape)))
        .build();
  }
}
