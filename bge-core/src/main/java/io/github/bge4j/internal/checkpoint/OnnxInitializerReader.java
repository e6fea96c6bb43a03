package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.ProtobufFields.BYTES;

import io.github.bge4j.ModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the initializers of an ONNX file that PyTorch exported, with the bytes inside the file or
 * in external data beside it.
 *
 * <p>Field numbers are those of {@code onnx.proto}. Initializers of other kinds (constants of the
 * graph in typed fields, strings) are left out.
 */
final class OnnxInitializerReader {

  private final Region source;
  private final OnnxWeightNames names = new OnnxWeightNames();
  private final Map<String, WeightReference> initializers = new LinkedHashMap<>();

  private OnnxInitializerReader(Region source) {
    this.source = source;
  }

  /**
   * References all weights, by the names that they had in PyTorch.
   *
   * @param source the file; external data are found beside it unless it is in memory
   * @throws ModelException if it is damaged or its external data are missing
   */
  static Map<String, WeightReference> read(Region source) {
    OnnxInitializerReader reader = new OnnxInitializerReader(source);
    for (ProtobufFields model = ProtobufFields.of(source); model.next(); ) {
      if (model.is(7, BYTES)) {
        reader.readGraph(model.message());
      }
    }
    if (reader.initializers.isEmpty()) {
      throw new ModelException("an ONNX file must have initializers: none, in " + source.name()
          + "; it is damaged or no exported encoder");
    }
    return reader.names.resolve(reader.initializers);
  }

  private void readGraph(ProtobufFields graph) {
    while (graph.next()) {
      if (graph.is(1, BYTES)) {
        readNode(graph.message());
      } else if (graph.is(5, BYTES)) {
        readTensor(graph.message());
      }
    }
  }

  private void readNode(ProtobufFields node) {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String operator = "";
    while (node.next()) {
      if (node.is(1, BYTES)) {
        inputs.add(node.text());
      } else if (node.is(2, BYTES)) {
        outputs.add(node.text());
      } else if (node.is(4, BYTES)) {
        operator = node.text();
      }
    }
    names.add(operator, inputs, outputs);
  }

  private void readTensor(ProtobufFields tensor) {
    OnnxTensor read = OnnxTensor.read(source, tensor);
    WeightReference weight = read.weight();
    if (weight != null && initializers.put(read.name(), weight) != null) {
      throw new ModelException("initializers must have different names: " + read.name()
          + " comes twice, in " + source.name() + "; the file is damaged");
    }
  }
}
