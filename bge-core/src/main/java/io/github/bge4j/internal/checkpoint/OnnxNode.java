package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.ProtobufFields.BYTES;
import static io.github.bge4j.internal.checkpoint.ProtobufFields.FIXED32;
import static io.github.bge4j.internal.checkpoint.ProtobufFields.VARINT;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of an ONNX graph. Field numbers are those of {@code onnx.proto}.
 *
 * @param operator its name; with the domain before it, as {@code domain.Name}, unless that is
 *     ONNX's own or that of ONNX Runtime
 * @param microsoft whether the domain is that of ONNX Runtime
 * @param inputs an empty name is an input that is left out; not copied
 * @param outputs not copied
 */
record OnnxNode(
    String operator,
    boolean microsoft,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  private static final String MICROSOFT = "com.microsoft";

  /** The value of an attribute, of whichever kind it is. */
  record Attribute(
      long integer,
      float decimal,
      String text,
      long[] integers,
      boolean graph,
      @Nullable OnnxTensor tensor) {}

  /**
   * Reads a {@code NodeProto}.
   *
   * @throws io.github.bge4j.ModelException if it is damaged
   */
  static OnnxNode read(Region source, ProtobufFields node) {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, Attribute> attributes = new HashMap<>();
    String operator = "";
    String domain = "";
    while (node.next()) {
      if (node.is(1, BYTES)) {
        inputs.add(node.text());
      } else if (node.is(2, BYTES)) {
        outputs.add(node.text());
      } else if (node.is(4, BYTES)) {
        operator = node.text();
      } else if (node.is(5, BYTES)) {
        readAttribute(source, node.message(), attributes);
      } else if (node.is(7, BYTES)) {
        domain = node.text();
      }
    }
    boolean microsoft = domain.equals(MICROSOFT);
    boolean plain = microsoft || domain.isEmpty() || domain.equals("ai.onnx");
    return new OnnxNode(
        plain ? operator : domain + "." + operator, microsoft, inputs, outputs, attributes);
  }

  private static void readAttribute(
      Region source, ProtobufFields field, Map<String, Attribute> attributes) {
    String name = "";
    long integer = 0;
    float decimal = 0;
    String text = "";
    boolean graph = false;
    OnnxTensor tensor = null;
    List<Long> integers = new ArrayList<>();
    while (field.next()) {
      if (field.is(1, BYTES)) {
        name = field.text();
      } else if (field.is(2, FIXED32)) {
        decimal = field.decimal();
      } else if (field.is(3, VARINT)) {
        integer = field.value();
      } else if (field.is(4, BYTES)) {
        text = field.text();
      } else if (field.is(5, BYTES)) {
        tensor = OnnxTensor.read(source, field.message());
      } else if (field.is(6, BYTES) || field.is(11, BYTES)) {
        graph = true;
      } else if (field.is(8, VARINT)) {
        integers.add(field.value());
      } else if (field.is(8, BYTES)) {
        for (ProtobufFields packed = field.packed(); packed.hasPacked(); ) {
          integers.add(packed.nextPacked());
        }
      }
    }
    long[] numbers = integers.stream().mapToLong(Long::longValue).toArray();
    attributes.put(name, new Attribute(integer, decimal, text, numbers, graph, tensor));
  }

  /** Returns whether it is one of these operators. */
  boolean is(String... operators) {
    return List.of(operators).contains(operator);
  }

  /** Returns an input; empty if it is left out. */
  String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** Returns the first output; empty if there is none. */
  String output() {
    return outputs.isEmpty() ? "" : outputs.get(0);
  }

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  long integer(String attribute, long absent) {
    Attribute value = attributes.get(attribute);
    return value == null ? absent : value.integer();
  }

  double decimal(String attribute, double absent) {
    Attribute value = attributes.get(attribute);
    return value == null ? absent : OnnxTensor.shortest(value.decimal());
  }

  String text(String attribute) {
    Attribute value = attributes.get(attribute);
    return value == null ? "" : value.text();
  }

  long @Nullable [] integers(String attribute) {
    Attribute value = attributes.get(attribute);
    return value == null ? null : value.integers();
  }

  @Nullable OnnxTensor tensor(String attribute) {
    Attribute value = attributes.get(attribute);
    return value == null ? null : value.tensor();
  }

  @Override
  public String toString() {
    return operator + " of '" + output() + "'";
  }
}
