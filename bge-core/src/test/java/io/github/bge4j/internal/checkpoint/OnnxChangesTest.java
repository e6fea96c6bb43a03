package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Exports in which something was changed: it is read, or the graph is refused. */
final class OnnxChangesTest {

  private static final String PLAIN = "bert-14-eager";
  private static final String ATTENTION = "/encoder/layer.1/attention/";
  private static final String GELU = "/encoder/layer.0/intermediate/intermediate_act_fn/";

  private static ModelConfig config(String export, Consumer<GraphProto.Builder> change) {
    ModelProto.Builder model = ExportedGraph.read("bert", export);
    change.accept(model.getGraphBuilder());
    return OnnxEncoder.find(TestFiles.memory(model.build().toByteArray())).config();
  }

  private static void assertRefused(
      String export, Consumer<GraphProto.Builder> change, String message) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> config(export, change))
        .withMessageContaining(message)
        .withMessageEndingWith(
            ", in test file; a quantized or otherwise changed file runs only as it"
                + " is, if you trust it: asIs(); for a plain export, give its config.json:"
                + " withConfig(...)");
  }

  /** Changes the floating constants of nodes whose output contains a text. */
  private static void set(GraphProto.Builder graph, String output, float value) {
    int found = 0;
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getOpType().equals("Constant")
          && node.getOutput(0).contains(output)
          && node.getAttribute(0).getT().getDataType() == 1) {
        node.getAttributeBuilder(0).setT(number(value));
        found++;
      }
    }
    assertThat(found).isPositive();
  }

  private static TensorProto number(float value) {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
    return TensorProto.newBuilder()
        .setDataType(1)
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  private static NodeProto.Builder producer(GraphProto.Builder graph, String output) {
    return graph.getNodeBuilderList().stream()
        .filter(node -> node.getOutputList().contains(output))
        .findFirst()
        .orElseThrow();
  }

  /** Puts a node behind a value, for all that read it. */
  private static void addAfter(GraphProto.Builder graph, String value, NodeProto.Builder added) {
    List<NodeProto> nodes = List.copyOf(graph.getNodeList());
    graph.clearNode();
    for (NodeProto node : nodes) {
      NodeProto.Builder copy = node.toBuilder();
      for (int i = 0; i < copy.getInputCount(); i++) {
        if (copy.getInput(i).equals(value)) {
          copy.setInput(i, "added");
        }
      }
      graph.addNode(copy);
      if (node.getOutputList().contains(value)) {
        graph.addNode(added.addOutput("added"));
      }
    }
  }

  @Test
  void find_otherEpsilonEverywhere_isRead() {
    ModelConfig config = config(PLAIN, graph -> set(graph, "LayerNorm/Constant_1", 1e-7f));
    assertThat(config.layerNormEps()).isEqualTo(1e-7);
  }

  @Test
  void find_otherEpsilonInOneLayer_isRefused() {
    assertRefused(
        PLAIN,
        graph -> set(graph, "layer.0/attention/output/LayerNorm/Constant_1", 1e-7f),
        "all LayerNorms must have one epsilon: 1.0E-12 of the last and 1.0E-7 of"
            + " encoder.layer.0.attention.output.LayerNorm");
  }

  @Test
  void find_otherHeadsOfFusedAttention_areRead() {
    ModelConfig config = config("bert-14-eager-fused", graph -> {
      for (NodeProto.Builder node : graph.getNodeBuilderList()) {
        if (node.getOpType().equals("Attention")) {
          node.getAttributeBuilderList().stream()
              .filter(attribute -> attribute.getName().equals("num_heads"))
              .forEach(attribute -> attribute.setI(8));
        }
      }
    });
    assertThat(config.heads()).isEqualTo(8);
  }

  @Test
  void find_otherHeadsInOneLayer_areRefused() {
    assertRefused(
        "bert-14-eager-fused",
        graph -> graph.getNodeBuilderList().stream()
            .filter(node -> node.getOpType().equals("Attention"))
            .limit(1)
            .forEach(node -> node.getAttributeBuilderList().stream()
                .filter(attribute -> attribute.getName().equals("num_heads"))
                .forEach(attribute -> attribute.setI(8))),
        "all layers must have one number of heads");
  }

  @Test
  void find_otherScale_isRefused() {
    for (String export : List.of(PLAIN, "bert-17-eager")) {
      assertRefused(
          export,
          graph -> set(graph, ATTENTION + "self/Constant_12", 8),
          "the last layer must have plain attention with the scale 1 / sqrt(head size)");
    }
  }

  @Test
  void find_maskThatHidesTokens_isRefused() {
    assertRefused(
        PLAIN,
        graph -> producer(graph, "/Sub_output_0").setOpType("Add"),
        "the last layer must have plain attention");
  }

  @Test
  void find_otherGelu_isRefused() {
    String rule = "must have the exact (erf) GELU between its linear layers";
    assertRefused(PLAIN, graph -> producer(graph, GELU + "Erf_output_0").setOpType("Tanh"), rule);
    assertRefused(
        "bert-14-eager-fused",
        graph -> graph.getNodeBuilderList().stream()
            .filter(node -> node.getOpType().equals("BiasGelu"))
            .forEach(node -> node.setOpType("FastGelu")),
        rule);
    assertRefused(PLAIN, graph -> set(graph, GELU + "Constant", 1), rule);
  }

  @Test
  void find_addedNode_isRefused() {
    List<String> values = List.of(
        "/encoder/layer.0/output/dense/Add_output_0",
        "/encoder/layer.0/attention/self/Softmax_output_0",
        "/encoder/layer.0/attention/self/query/Add_output_0",
        "/encoder/layer.0/output/LayerNorm/Add_1_output_0",
        "/embeddings/word_embeddings/Gather_output_0",
        "/embeddings/LayerNorm/Add_1_output_0");
    for (String value : values) {
      assertRefused(
          PLAIN,
          graph ->
              addAfter(graph, value, NodeProto.newBuilder().setOpType("Relu").addInput(value)),
          "an ONNX graph must be a BERT or XLM-RoBERTa encoder in a form that is known");
    }
  }

  @Test
  void find_residualOfAnotherValue_isRefused() {
    assertRefused(
        PLAIN,
        graph -> {
          NodeProto.Builder sum = producer(graph, "/encoder/layer.1/attention/output/Add_output_0");
          sum.setInput(1, "/embeddings/LayerNorm/Add_1_output_0");
        },
        "the last layer must add what its attention is given");
  }

  @Test
  void find_keysAndValuesExchanged_areFoundAsTheyAre() {
    ModelProto.Builder model = ExportedGraph.read("bert", PLAIN);
    NodeProto.Builder key =
        producer(model.getGraphBuilder(), "/encoder/layer.0/attention/self/key/MatMul_output_0");
    NodeProto.Builder value =
        producer(model.getGraphBuilder(), "/encoder/layer.0/attention/self/value/MatMul_output_0");
    String name = key.getInput(1);
    key.setInput(1, value.getInput(1));
    value.setInput(1, name);
    String layer = "encoder.layer.0.attention.self.";
    OnnxEncoder.Found plain = OnnxEncoder.find(
        TestFiles.memory(ExportedGraph.read("bert", PLAIN).build().toByteArray()));
    OnnxEncoder.Found changed = OnnxEncoder.find(TestFiles.memory(model.build().toByteArray()));
    assertThat(TestFiles.weight(changed.weights(), layer + "key.weight").toFloats())
        .isEqualTo(TestFiles.weight(plain.weights(), layer + "value.weight").toFloats());
  }

  @Test
  void find_positionsFromTheEnd_areRefused() {
    assertRefused(
        PLAIN,
        graph -> producer(graph, "/embeddings/position_embeddings/Gather_output_0")
            .setInput(1, "input_ids"),
        "embeddings must be the normalized sum of words, types and the positions");
  }

  @Test
  void find_functionsOrNodesInNoOrder_areRefused() {
    assertRefused(
        PLAIN,
        graph -> {
          NodeProto last = graph.getNode(graph.getNodeCount() - 1);
          graph.removeNode(graph.getNodeCount() - 1).addNode(0, last);
        },
        "its nodes are in no order that can run");
    ModelProto.Builder model = ExportedGraph.read("bert", PLAIN);
    byte[] functions = model.build().toByteArray();
    byte[] file = java.util.Arrays.copyOf(functions, functions.length + 3);
    file[functions.length] = (byte) 0xca; // field 25, length-delimited, empty
    file[functions.length + 1] = 1;
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> OnnxEncoder.find(TestFiles.memory(file)))
        .withMessageContaining("it has functions of its own");
  }

  @Test
  void find_otherOutput_isRefusedWithItsName() {
    assertRefused(
        PLAIN,
        graph -> graph.getOutputBuilder(0).setName("hidden"),
        "it gives [hidden] and none of [last_hidden_state, token_embeddings]");
  }
}
