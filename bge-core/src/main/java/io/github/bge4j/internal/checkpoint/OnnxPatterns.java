package io.github.bge4j.internal.checkpoint;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layers that an exporter or an optimizer writes in several ways. What is no such layer gives
 * null.
 */
final class OnnxPatterns {

  /** Half precision stores a constant with 11 bits. */
  private static final double NEARLY = 5e-4;

  private final OnnxGraph graph;
  private final OnnxFacts facts;

  OnnxPatterns(OnnxGraph graph, OnnxFacts facts) {
    this.graph = graph;
    this.facts = facts;
  }

  /**
   * {@code x W^T + b}.
   *
   * @param input name of {@code x}
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}; null for none
   */
  record LinearLayer(
      String input, WeightReference weight, @Nullable WeightReference bias) {

    /** Adds the bias that stands elsewhere; null if there is one already. */
    @Nullable LinearLayer plus(@Nullable WeightReference other) {
      return bias == null ? new LinearLayer(input, weight, other) : other == null ? this : null;
    }
  }

  /**
   * The normalization of a sum.
   *
   * @param terms names of what is added up
   * @param bias one more term, of the last linear layer; null for none
   */
  record NormLayer(
      List<String> terms,
      @Nullable WeightReference bias,
      WeightReference scale,
      WeightReference shift,
      double epsilon) {}

  OnnxGraph graph() {
    return graph;
  }

  OnnxFact fact(String value) {
    return facts.of(value);
  }

  /** Returns the value behind operators that change none of its numbers but for their precision. */
  String plain(String value) {
    String result = value;
    OnnxNode node = graph.producer(result);
    while (node != null && node.output().equals(result) && changesNothing(node)) {
      result = node.input(0);
      node = graph.producer(result);
    }
    return result;
  }

  private static boolean changesNothing(OnnxNode node) {
    if (node.is("Identity", "Dropout")) {
      return true;
    }
    long type = node.integer("to", 0);
    return node.is("Cast")
        && (type == DType.F32.onnxType()
            || type == DType.F16.onnxType()
            || type == DType.BF16.onnxType());
  }

  /** Returns the node whose first output a value is, but for its precision. */
  @Nullable OnnxNode node(String value) {
    String plain = plain(value);
    OnnxNode node = graph.producer(plain);
    return node != null && node.output().equals(plain) ? node : null;
  }

  /** Returns the node, if it is one of these operators. */
  @Nullable OnnxNode node(String value, String... operators) {
    OnnxNode node = node(value);
    return node != null && node.is(operators) ? node : null;
  }

  boolean same(String value, String other) {
    return plain(value).equals(plain(other));
  }

  /** Returns whether two numbers are one, but for the precision of a constant. */
  static boolean near(double number, double wanted) {
    return Math.abs(number - wanted) <= NEARLY * Math.abs(wanted);
  }

  boolean isNear(String value, double wanted) {
    Double every = facts.of(value).every();
    return every != null && near(every, wanted);
  }

  /** Returns a floating weight with as many dimensions; null if it is none. */
  @Nullable WeightReference weight(String value, int dimensions) {
    String plain = plain(value);
    OnnxTensor tensor = graph.tensor(plain);
    if (tensor == null) {
      OnnxNode node = node(plain, "Transpose");
      WeightReference turned = node == null || dimensions != 2 ? null : tensorOf(node.input(0), 2);
      return turned == null ? null : turned.transpose();
    }
    return tensorOf(plain, dimensions);
  }

  private @Nullable WeightReference tensorOf(String value, int dimensions) {
    OnnxTensor tensor = graph.tensor(plain(value));
    if (tensor == null || tensor.shape().length != dimensions) {
      return null;
    }
    WeightReference weight = tensor.weight();
    return weight != null && weight.dtype().isFloating() ? weight : null;
  }

  /** Returns the linear layer that gives a value; its bias may stand elsewhere. */
  @Nullable LinearLayer linear(String value) {
    OnnxNode node = node(value);
    if (node == null) {
      return null;
    }
    if (node.is("Add")) {
      for (int i = 0; i < 2; i++) {
        WeightReference bias = weight(node.input(i), 1);
        LinearLayer layer = bias == null ? null : product(node(node.input(1 - i)));
        if (layer != null) {
          return layer.plus(bias);
        }
      }
      return null;
    }
    return node.is("Gemm") ? gemm(node) : product(node);
  }

  /** ONNX Runtime puts the activation into the layer. */
  @Nullable LinearLayer linearWithTanh(String value) {
    OnnxNode node = node(value);
    if (node != null && node.is("FusedGemm") && node.text("activation").equals("Tanh")) {
      return gemm(node);
    }
    return node != null && node.is("Tanh") ? linear(node.input(0)) : null;
  }

  private @Nullable LinearLayer product(@Nullable OnnxNode node) {
    WeightReference weight = node != null && node.is("MatMul") ? weight(node.input(1), 2) : null;
    return node == null || weight == null
        ? null
        : new LinearLayer(node.input(0), weight.transpose(), null);
  }

  private @Nullable LinearLayer gemm(OnnxNode node) {
    WeightReference weight = weight(node.input(1), 2);
    WeightReference bias = weight(node.input(2), 1);
    boolean plain = node.integer("transA", 0) == 0
        && node.decimal("alpha", 1) == 1
        && node.decimal("beta", 1) == 1;
    return weight == null || bias == null || !plain
        ? null
        : new LinearLayer(
            node.input(0), node.integer("transB", 0) == 0 ? weight.transpose() : weight, bias);
  }

  /** Returns the normalization that gives a value. */
  @Nullable NormLayer norm(String value) {
    OnnxNode node = node(value);
    if (node == null) {
      return null;
    }
    WeightReference scale = null;
    WeightReference shift = null;
    WeightReference bias = null;
    double epsilon = 0;
    List<String> terms = List.of();
    if (node.is("LayerNormalization")) {
      scale = node.integer("axis", -1) == -1 || node.integer("axis", -1) == 2
          ? weight(node.input(1), 1)
          : null;
      shift = weight(node.input(2), 1);
      epsilon = node.decimal("epsilon", 1e-5);
      terms = terms(node.input(0));
    } else if (node.is("SkipLayerNormalization")) {
      scale = weight(node.input(2), 1);
      shift = weight(node.input(3), 1);
      bias = weight(node.input(4), 1);
      if (bias == null && !node.input(4).isEmpty()) {
        return null;
      }
      epsilon = node.decimal("epsilon", 1e-12);
      terms = new ArrayList<>(terms(node.input(0)));
      terms.addAll(terms(node.input(1)));
    } else if (node.is("Add")) {
      return normOfParts(node);
    }
    return scale == null || shift == null
        ? null
        : new NormLayer(terms, bias, scale, shift, epsilon);
  }

  /** {@code (x - mean) / sqrt(mean of squares + epsilon) * scale + shift}. */
  private @Nullable NormLayer normOfParts(OnnxNode sum) {
    for (int i = 0; i < 2; i++) {
      WeightReference shift = weight(sum.input(i), 1);
      OnnxNode scaled = shift == null ? null : node(sum.input(1 - i), "Mul");
      for (int j = 0; scaled != null && shift != null && j < 2; j++) {
        WeightReference scale = weight(scaled.input(j), 1);
        OnnxNode divided = scale == null ? null : node(scaled.input(1 - j), "Div");
        if (divided != null && scale != null) {
          return normOfParts(divided, scale, shift);
        }
      }
    }
    return null;
  }

  private @Nullable NormLayer normOfParts(
      OnnxNode divided, WeightReference scale, WeightReference shift) {
    OnnxNode centred = node(divided.input(0), "Sub");
    OnnxNode root = node(divided.input(1), "Sqrt");
    OnnxNode variance = root == null ? null : node(root.input(0), "Add");
    if (centred == null || variance == null) {
      return null;
    }
    OnnxNode mean = node(centred.input(1), "ReduceMean");
    for (int i = 0; i < 2; i++) {
      Double epsilon = facts.of(plain(variance.input(i))).every();
      OnnxNode squares = node(variance.input(1 - i), "ReduceMean");
      OnnxNode square = squares == null ? null : node(squares.input(0), "Pow", "Mul");
      boolean fits = epsilon != null
          && mean != null
          && square != null
          && squares != null
          && isOverLastAxis(mean)
          && isOverLastAxis(squares)
          && same(mean.input(0), centred.input(0))
          && same(square.input(0), divided.input(0))
          && (square.is("Pow")
              ? facts.of(plain(square.input(1))).isAll(2)
              : same(square.input(1), divided.input(0)));
      if (fits && epsilon != null) {
        return new NormLayer(terms(centred.input(0)), null, scale, shift, epsilon);
      }
    }
    return null;
  }

  private boolean isOverLastAxis(OnnxNode node) {
    long[] shape = facts.of(node.input(0)).shape();
    long[] axes = node.integers("axes");
    if (axes == null) {
      axes = facts.of(node.input(1)).elements();
    }
    boolean last = axes != null
        && axes.length == 1
        && (axes[0] == -1 || (shape != null && axes[0] == shape.length - 1));
    return last && node.integer("keepdims", 1) == 1;
  }

  /** What is added up to a value; at most as many terms as an embedding has. */
  private List<String> terms(String value) {
    List<String> terms = new ArrayList<>(List.of(plain(value)));
    for (int i = 0; i < terms.size() && terms.size() < 4; ) {
      OnnxNode node = node(terms.get(i), "Add");
      boolean layer =
          node == null || weight(node.input(0), 1) != null || weight(node.input(1), 1) != null;
      if (node == null || layer) {
        i++;
      } else {
        terms.set(i, plain(node.input(0)));
        terms.add(i + 1, plain(node.input(1)));
      }
    }
    return terms;
  }
}
