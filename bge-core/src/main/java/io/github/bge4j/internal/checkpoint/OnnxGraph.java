package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.ProtobufFields.BYTES;
import static io.github.bge4j.internal.checkpoint.ProtobufFields.VARINT;

import io.github.bge4j.ModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of an ONNX file, in the order in which they run, and its initializers, of which none is
 * loaded. Not thread-safe while it is read.
 */
final class OnnxGraph {

  /** A plain export of an encoder of 24 layers has 2,500. */
  private static final int MAX_NODES = 1 << 16;

  private final Region source;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxNode> producers = new HashMap<>();
  private final Map<String, OnnxTensor> initializers = new HashMap<>();
  private final Set<String> inputs = new LinkedHashSet<>();
  private final List<String> outputs = new ArrayList<>();
  private long opset;

  private OnnxGraph(Region source) {
    this.source = source;
  }

  /**
   * Reads a file.
   *
   * @param source external data are found beside it unless it is in memory
   * @throws ModelException if it is damaged, its nodes are in no order that can run, or it has
   *     functions of its own
   */
  static OnnxGraph read(Region source) {
    OnnxGraph graph = new OnnxGraph(source);
    for (ProtobufFields model = ProtobufFields.of(source); model.next(); ) {
      if (model.is(7, BYTES)) {
        graph.readGraph(model.message());
      } else if (model.is(8, BYTES)) {
        graph.readOpset(model.message());
      } else if (model.is(25, BYTES)) {
        throw graph.refused("it has functions of its own");
      }
    }
    if (graph.nodes.isEmpty()) {
      throw new ModelException("an ONNX file must hold a graph: there is no node in "
          + source.name() + "; get it again if it is the model, or name the file that is");
    }
    graph.checkOrder();
    return graph;
  }

  /** Returns what messages call the file. */
  String name() {
    return source.name();
  }

  /** Returns the version of ONNX's own operators. */
  long opset() {
    return opset;
  }

  /** Returns all nodes, in the order in which they run. */
  List<OnnxNode> nodes() {
    return nodes;
  }

  /** Returns the names of the inputs; old files name initializers, too. */
  Set<String> inputs() {
    return inputs;
  }

  List<String> outputs() {
    return outputs;
  }

  /** Returns the node that gives a value; null for inputs and initializers. */
  @Nullable OnnxNode producer(String value) {
    return producers.get(value);
  }

  /** Returns an initializer, or the value of a constant; null for other values. */
  @Nullable OnnxTensor tensor(String value) {
    OnnxTensor initializer = initializers.get(value);
    if (initializer != null) {
      return initializer;
    }
    OnnxNode node = producers.get(value);
    return node != null && node.is("Constant") ? node.tensor("value") : null;
  }

  /** Makes what is thrown for a graph that is not understood. */
  ModelException refused(String why) {
    return new ModelException(
        "an ONNX graph must be a BERT or XLM-RoBERTa encoder in a form that is" + " known: " + why
            + ", in " + source.name()
            + "; a quantized or otherwise changed file runs only as it is, if you trust it: asIs();"
            + " for a plain export, give its config.json: withConfig(...)");
  }

  private void readGraph(ProtobufFields graph) {
    while (graph.next()) {
      if (graph.is(1, BYTES)) {
        if (nodes.size() == MAX_NODES) {
          throw refused("it has more than " + MAX_NODES + " nodes");
        }
        nodes.add(OnnxNode.read(source, graph.message()));
      } else if (graph.is(5, BYTES)) {
        OnnxTensor tensor = OnnxTensor.read(source, graph.message());
        if (initializers.put(tensor.name(), tensor) != null) {
          throw refused("initializer " + tensor.name() + " comes twice");
        }
      } else if (graph.is(11, BYTES)) {
        inputs.add(valueName(graph.message()));
      } else if (graph.is(12, BYTES)) {
        outputs.add(valueName(graph.message()));
      }
    }
  }

  private static String valueName(ProtobufFields value) {
    String name = "";
    while (value.next()) {
      if (value.is(1, BYTES)) {
        name = value.text();
      }
    }
    return name;
  }

  private void readOpset(ProtobufFields opsetImport) {
    String domain = "";
    long version = 0;
    while (opsetImport.next()) {
      if (opsetImport.is(1, BYTES)) {
        domain = opsetImport.text();
      } else if (opsetImport.is(2, VARINT)) {
        version = opsetImport.value();
      }
    }
    if (domain.isEmpty() || domain.equals("ai.onnx")) {
      opset = version;
    }
  }

  /** So that whoever follows values from node to node comes to an end. */
  private void checkOrder() {
    Set<String> later = new HashSet<>();
    nodes.forEach(node -> later.addAll(node.outputs()));
    for (OnnxNode node : nodes) {
      for (String input : node.inputs()) {
        if (!input.isEmpty() && later.contains(input)) {
          throw refused("its nodes are in no order that can run, at " + node);
        }
      }
      for (String output : node.outputs()) {
        later.remove(output);
        boolean twice = producers.put(output, node) != null && !output.isEmpty();
        if (twice || initializers.containsKey(output) || inputs.contains(output)) {
          throw refused("value " + output + " comes twice");
        }
      }
    }
  }
}
