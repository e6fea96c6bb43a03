package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.OnnxFact.ANY;
import static io.github.bge4j.internal.checkpoint.OnnxFact.BATCH;
import static io.github.bge4j.internal.checkpoint.OnnxFact.NOTHING;
import static io.github.bge4j.internal.checkpoint.OnnxFact.TOKENS;
import static io.github.bge4j.internal.checkpoint.OnnxFact.isKnown;

import io.github.bge4j.internal.checkpoint.OnnxFact.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the values of a graph before it runs: shapes, the numbers that shapes are made
 * of, positions, and masks, as they are for texts without padding. What is not understood is not
 * known; nothing is guessed.
 */
final class OnnxFacts {

  private final OnnxGraph graph;
  private final Map<String, OnnxFact> facts = new HashMap<>();

  private OnnxFacts(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Looks at all nodes, once. */
  static OnnxFacts of(OnnxGraph graph) {
    OnnxFacts facts = new OnnxFacts(graph);
    long[] tokens = {BATCH, TOKENS};
    facts.facts.put("input_ids", OnnxFact.of(Kind.IDS, 0, tokens));
    facts.facts.put("token_type_ids", OnnxFact.of(Kind.TYPES, 0, tokens));
    facts.facts.put("attention_mask", OnnxFact.uniform(1, tokens));
    facts.facts.keySet().retainAll(graph.inputs());
    for (OnnxNode node : graph.nodes()) {
      List<OnnxFact> inputs = node.inputs().stream().map(facts::of).toList();
      facts.facts.put(node.output(), facts.of(node, inputs));
      if (node.is("EmbedLayerNormalization") && node.outputs().size() > 1) {
        boolean full = inputs.size() > 7 && inputs.get(7).isAll(1);
        facts.facts.put(node.outputs().get(1), full ? OnnxFact.of(Kind.LENGTHS, 0, null) : NOTHING);
      }
    }
    return facts;
  }

  /** Returns what is known of a value. */
  OnnxFact of(String value) {
    OnnxFact fact = facts.get(value);
    if (fact == null) {
      OnnxTensor tensor = graph.tensor(value);
      fact = tensor == null ? NOTHING : OnnxFact.of(tensor);
      facts.put(value, fact);
    }
    return fact;
  }

  private OnnxFact of(OnnxNode node, List<OnnxFact> inputs) {
    OnnxFact value = value(node, inputs);
    long[] shape = node.is("EmbedLayerNormalization")
        ? embedded(inputs)
        : OnnxShapes.of(node, inputs, axes(node));
    return value.shape() == null && shape != null ? value.withShape(shape) : value;
  }

  /** A fact without a shape gets that which follows from the operator. */
  private OnnxFact value(OnnxNode node, List<OnnxFact> inputs) {
    if (inputs.isEmpty()) {
      OnnxTensor tensor = node.tensor("value");
      return node.is("Constant")
          ? tensor == null ? ofAttribute(node) : OnnxFact.of(tensor)
          : NOTHING;
    }
    OnnxFact first = inputs.get(0);
    OnnxFact second = inputs.size() > 1 ? inputs.get(1) : NOTHING;
    return switch (node.operator()) {
      case "Identity", "Dropout" -> first;
      case "Cast" -> cast(first, node.integer("to", 0));
      case "Shape" -> shape(node, first);
      case "Gather" -> gather(node, first, second);
      case "GatherND", "GatherElements", "Flatten" -> uniform(first);
      case "Slice" -> slice(node, inputs);
      case "Concat" -> concat(node, inputs);
      case "Unsqueeze", "Squeeze" -> resized(node, first);
      case "Reshape" ->
        first.elements() == null ? uniform(first) : resizedTo(first, second.elements());
      case "Transpose" -> uniform(first);
      case "Expand" -> expanded(first);
      case "ConstantOfShape" -> filled(node, first);
      case "Range" -> range(inputs);
      case "CumSum" -> cumulated(node, first, second);
      case "ReduceSum" -> first.isAll(1) ? OnnxFact.of(Kind.LENGTHS, 0, null) : NOTHING;
      case "Where" -> inputs.size() < 3 ? NOTHING : OnnxSums.where(first, second, inputs.get(2));
      default -> OnnxSums.of(node.operator(), first, inputs.size() > 1 ? second : null);
    };
  }

  private static OnnxFact ofAttribute(OnnxNode node) {
    if (node.has("value_int")) {
      return OnnxFact.single(node.integer("value_int", 0));
    }
    if (node.has("value_float")) {
      return OnnxFact.uniform(node.decimal("value_float", 0), new long[0]);
    }
    long[] whole = node.integers("value_ints");
    return whole == null ? NOTHING : OnnxFact.vector(whole);
  }

  private static OnnxFact uniform(OnnxFact fact) {
    Double every = fact.every();
    return every == null ? NOTHING : OnnxFact.uniform(every, null);
  }

  private static OnnxFact cast(OnnxFact fact, long type) {
    boolean bool = type == DType.BOOL.onnxType();
    boolean whole = type == DType.I64.onnxType() || type == DType.I32.onnxType();
    Double every = fact.every();
    if (every != null && (bool || !whole)) {
      return OnnxFact.uniform(bool ? every == 0 ? 0 : 1 : every, fact.shape());
    }
    if (every != null && fact.is(Kind.UNIFORM) && every != Math.rint(every)) {
      return NOTHING;
    }
    // A position that is cast to something small is none any more.
    return whole || fact.is(Kind.PADDING) || fact.is(Kind.NO_PADDING)
        ? fact
        : OnnxFact.shaped(fact.shape());
  }

  private static OnnxFact shape(OnnxNode node, OnnxFact fact) {
    long[] shape = fact.shape();
    boolean all = node.integer("start", 0) == 0 && !node.has("end");
    return shape == null || !all ? NOTHING : OnnxFact.vector(shape);
  }

  private static OnnxFact gather(OnnxNode node, OnnxFact data, OnnxFact indices) {
    long[] elements = data.elements();
    long[] at = indices.elements();
    if (elements == null || at == null || node.integer("axis", 0) != 0) {
      return uniform(data);
    }
    long[] picked = new long[at.length];
    for (int i = 0; i < at.length; i++) {
      int index = OnnxShapes.axis(at[i], elements.length);
      if (index < 0) {
        return NOTHING;
      }
      picked[i] = elements[index];
    }
    return new OnnxFact(Kind.WHOLE, 0, picked, indices.shape());
  }

  private OnnxFact slice(OnnxNode node, List<OnnxFact> inputs) {
    OnnxFact data = inputs.get(0);
    Long start = element(node, inputs, "starts", 1);
    Long end = element(node, inputs, "ends", 2);
    Long axis =
        inputs.size() > 3 || node.has("axes") ? element(node, inputs, "axes", 3) : Long.valueOf(0);
    Long step = inputs.size() > 4 ? inputs.get(4).element() : Long.valueOf(1);
    if (start == null || end == null || axis == null || step == null || step != 1) {
      return uniform(data);
    }
    long[] elements = data.elements();
    if (elements != null && isKnown(start) && isKnown(end) && axis == 0) {
      int length = elements.length;
      int from = (int) Math.max(0, Math.min(length, start < 0 ? start + length : start));
      int to = (int) Math.max(from, Math.min(length, end < 0 ? end + length : end));
      return OnnxFact.vector(Arrays.copyOfRange(elements, from, to));
    }
    long[] shape = data.shape();
    boolean last = shape != null && OnnxShapes.axis(axis, shape.length) == shape.length - 1;
    if (shape != null && data.is(Kind.COUNTING) && last && start == 0 && end == TOKENS) {
      long[] sliced = shape.clone();
      sliced[shape.length - 1] = TOKENS;
      return OnnxFact.of(Kind.POSITIONS, 0, sliced);
    }
    boolean all = start == 0 && end >= Integer.MAX_VALUE;
    if (all) {
      return data;
    }
    OnnxFact result = uniform(data);
    if (shape != null && last && start == 0 && end == TOKENS) {
      long[] sliced = shape.clone();
      sliced[shape.length - 1] = TOKENS;
      return result.withShape(sliced);
    }
    return result;
  }

  private static @Nullable Long element(
      OnnxNode node, List<OnnxFact> inputs, String attribute, int input) {
    long[] values = node.integers(attribute);
    if (values != null) {
      return values.length == 1 ? values[0] : null;
    }
    return input < inputs.size() ? inputs.get(input).element() : null;
  }

  private static OnnxFact concat(OnnxNode node, List<OnnxFact> inputs) {
    List<Long> joined = new ArrayList<>();
    for (OnnxFact input : inputs) {
      long[] elements = input.elements();
      long[] shape = input.shape();
      if (elements == null || shape == null || shape.length != 1) {
        return NOTHING;
      }
      for (long element : elements) {
        joined.add(element);
      }
    }
    boolean known = node.integer("axis", 0) == 0 && joined.size() <= OnnxFact.MAX_LENGTH;
    return known ? OnnxFact.vector(joined.stream().mapToLong(Long::longValue).toArray()) : NOTHING;
  }

  /** An axis more or less. */
  private OnnxFact resized(OnnxNode node, OnnxFact fact) {
    long[] shape = OnnxShapes.of(node, List.of(fact), axes(node));
    if (fact.is(Kind.WHOLE)) {
      boolean kept = shape != null && shape.length <= 1;
      return kept ? fact.withShape(shape) : uniform(fact);
    }
    if (shape == null || !(fact.is(Kind.POSITIONS) || fact.is(Kind.NOT_NEGATIVE))) {
      return uniform(fact);
    }
    boolean last = shape.length > 0 && shape[shape.length - 1] == TOKENS;
    return OnnxFact.of(
        last && fact.is(Kind.POSITIONS) ? Kind.POSITIONS : Kind.NOT_NEGATIVE, 0, shape);
  }

  private static OnnxFact resizedTo(OnnxFact fact, long @Nullable [] target) {
    long[] shape = fact.shape();
    long[] resized = shape == null ? null : OnnxShapes.reshape(shape, target);
    boolean kept = fact.is(Kind.WHOLE) && resized != null && resized.length <= 1;
    return kept ? fact.withShape(resized) : uniform(fact);
  }

  /** Positions are the same for every text. */
  private static OnnxFact expanded(OnnxFact fact) {
    return fact.is(Kind.POSITIONS) ? fact.withShape(null) : uniform(fact);
  }

  private static OnnxFact filled(OnnxNode node, OnnxFact shape) {
    OnnxTensor tensor = node.tensor("value");
    Double number = tensor == null ? Double.valueOf(0) : OnnxFact.of(tensor).every();
    return number == null ? NOTHING : OnnxFact.uniform(number, shape.elements());
  }

  private static OnnxFact range(List<OnnxFact> inputs) {
    Long end = inputs.size() < 3 ? null : inputs.get(1).element();
    if (end == null || end == ANY || !inputs.get(0).isAll(0) || !inputs.get(2).isAll(1)) {
      return NOTHING;
    }
    return OnnxFact.of(
        end == TOKENS ? Kind.POSITIONS : Kind.NOT_NEGATIVE,
        0,
        isKnown(end) && end < 0 ? null : new long[] {end});
  }

  private static OnnxFact cumulated(OnnxNode node, OnnxFact fact, OnnxFact axis) {
    boolean plain = node.integer("exclusive", 0) == 0 && node.integer("reverse", 0) == 0;
    boolean counts = fact.is(Kind.NO_PADDING) && plain && (axis.isAll(1) || axis.isAll(-1));
    return counts ? OnnxFact.of(Kind.COUNT, fact.number(), fact.shape()) : NOTHING;
  }

  /** An attribute once, an input in later versions. */
  private long @Nullable [] axes(OnnxNode node) {
    long[] axes = node.integers("axes");
    return axes == null && node.inputs().size() > 1 ? of(node.input(1)).elements() : axes;
  }

  private static long @Nullable [] embedded(List<OnnxFact> inputs) {
    long[] ids = inputs.get(0).shape();
    long[] table = inputs.size() < 3 ? null : inputs.get(2).shape();
    return ids == null || table == null || ids.length != 2 || table.length != 2
        ? null
        : new long[] {ids[0], ids[1], table[1]};
  }
}
