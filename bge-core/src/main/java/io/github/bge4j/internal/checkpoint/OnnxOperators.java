package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.ProtobufFields.BYTES;

import io.github.bge4j.ModelException;
import java.util.HashSet;
import java.util.Set;

/** Which operators an ONNX file uses. Field numbers are those of {@code onnx.proto}. */
public final class OnnxOperators {

  /**
   * They scale a whole tensor by its largest value, so a text's numbers depend on the texts beside
   * it.
   */
  private static final Set<String> DYNAMIC = Set.of(
      "DynamicQuantizeLinear",
      "DynamicQuantizeMatMul",
      "DynamicQuantizeLSTM",
      "MatMulInteger",
      "MatMulIntegerToFloat",
      "ConvInteger");

  private static final int MAX_DEPTH = 16;

  private final Set<String> names = new HashSet<>();

  private OnnxOperators() {}

  /**
   * Tells whether a graph quantizes its activations while it runs.
   *
   * @throws ModelException if the file is damaged
   */
  public static boolean quantizeDynamically(Region source) {
    OnnxOperators operators = new OnnxOperators();
    for (ProtobufFields model = ProtobufFields.of(source); model.next(); ) {
      if (model.is(7, BYTES)) {
        operators.readGraph(model.message(), 0);
      } else if (model.is(25, BYTES)) {
        operators.readFunction(model.message());
      }
    }
    return operators.names.stream().anyMatch(DYNAMIC::contains);
  }

  private void readGraph(ProtobufFields graph, int depth) {
    while (graph.next()) {
      if (graph.is(1, BYTES)) {
        readNode(graph.message(), depth);
      }
    }
  }

  private void readFunction(ProtobufFields function) {
    while (function.next()) {
      if (function.is(7, BYTES)) {
        readNode(function.message(), 0);
      }
    }
  }

  private void readNode(ProtobufFields node, int depth) {
    while (node.next()) {
      if (node.is(4, BYTES)) {
        names.add(node.text());
      } else if (node.is(5, BYTES)) {
        readAttribute(node.message(), depth);
      }
    }
  }

  /** Branches and bodies of loops are graphs of their own. */
  private void readAttribute(ProtobufFields attribute, int depth) {
    while (attribute.next()) {
      if (attribute.is(6, BYTES) || attribute.is(11, BYTES)) {
        if (depth == MAX_DEPTH) {
          throw new ModelException("graphs within graphs must have at most " + MAX_DEPTH
              + " levels: more, in an ONNX file; it is damaged");
        }
        readGraph(attribute.message(), depth + 1);
      }
    }
  }
}
