package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.OnnxFact.BATCH;
import static io.github.bge4j.internal.checkpoint.OnnxFact.TOKENS;

import io.github.bge4j.internal.checkpoint.OnnxFact.Kind;
import io.github.bge4j.internal.checkpoint.OnnxPatterns.LinearLayer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plain attention of all tokens to all: {@code softmax(Q K^T / sqrt(head size)) V} for each head.
 *
 * @param heads number of heads
 * @param query layer of the queries, with its bias; all three have one input
 */
record OnnxAttention(long heads, LinearLayer query, LinearLayer key, LinearLayer value) {

  private static final long[] HEADS_OUTSIDE = {0, 2, 1, 3};
  private static final long[] TURNED = {0, 2, 3, 1};

  /** Finds the attention that gives a value; null if it is none, or another one. */
  static @Nullable OnnxAttention of(OnnxPatterns patterns, String value) {
    OnnxNode node = patterns.node(value);
    if (node == null) {
      return null;
    }
    boolean fused = node.microsoft() && node.is("Attention", "MultiHeadAttention");
    OnnxAttention found = !fused
        ? ofParts(patterns, node)
        : node.is("Attention") ? ofOne(patterns, node) : ofThree(patterns, node);
    boolean one = found != null
        && patterns.same(found.query.input(), found.key.input())
        && patterns.same(found.query.input(), found.value.input());
    return one ? found : null;
  }

  /** One layer for all three. */
  private static @Nullable OnnxAttention ofOne(OnnxPatterns patterns, OnnxNode node) {
    WeightReference weight = patterns.weight(node.input(1), 2);
    WeightReference bias = patterns.weight(node.input(2), 1);
    if (weight == null
        || bias == null
        || node.has("qkv_hidden_sizes")
        || !isPlain(patterns, node, weight.shape()[1] / 3, 3)
        || weight.shape()[1] % 3 != 0
        || bias.shape()[0] != weight.shape()[1]) {
      return null;
    }
    LinearLayer[] layers = new LinearLayer[3];
    for (int i = 0; i < 3; i++) {
      layers[i] =
          new LinearLayer(node.input(0), third(weight, 1, i).transpose(), third(bias, 0, i));
    }
    return new OnnxAttention(node.integer("num_heads", 0), layers[0], layers[1], layers[2]);
  }

  private static @Nullable OnnxAttention ofThree(OnnxPatterns patterns, OnnxNode node) {
    LinearLayer[] layers = new LinearLayer[3];
    WeightReference bias = patterns.weight(node.input(3), 1);
    if (bias == null ? !node.input(3).isEmpty() : bias.shape()[0] % 3 != 0) {
      return null;
    }
    for (int i = 0; i < 3; i++) {
      LinearLayer layer = patterns.linear(node.input(i));
      LinearLayer whole =
          layer == null ? null : layer.plus(bias == null ? null : third(bias, 0, i));
      if (whole == null) {
        return null;
      }
      layers[i] = whole;
    }
    return isPlain(patterns, node, layers[0].weight().shape()[0], 4)
        ? new OnnxAttention(node.integer("num_heads", 0), layers[0], layers[1], layers[2])
        : null;
  }

  /**
   * Returns whether a fused operator computes nothing else.
   *
   * @param mask which input the mask is; of those after it, one may be added to the scores
   */
  private static boolean isPlain(OnnxPatterns patterns, OnnxNode node, long width, int mask) {
    OnnxFact masked = patterns.fact(node.input(mask));
    boolean full = node.input(mask).isEmpty() || masked.isAll(1) || masked.is(Kind.LENGTHS);
    for (int i = mask + 1; i < node.inputs().size(); i++) {
      full &= node.input(i).isEmpty() || (i == 5 && patterns.fact(node.input(i)).isAll(0));
    }
    long heads = node.integer("num_heads", 0);
    double scale = node.decimal("scale", 0);
    return full
        && heads > 0
        && (scale == 0 || OnnxPatterns.near(scale, Math.sqrt((double) heads / width)))
        && node.integer("unidirectional", 0) == 0
        && node.integer("do_rotary", 0) == 0
        && node.integer("past_present_share_buffer", 0) == 0;
  }

  /** A part of a weight of which the last dimension is that of queries, keys and values. */
  private static WeightReference third(WeightReference weight, int dimension, int index) {
    long[] shape = weight.shape().clone();
    shape[dimension] /= 3;
    return WeightReference.strided(
        weight.data(),
        weight.dtype(),
        weight.strides()[dimension] * shape[dimension] * index,
        shape,
        weight.strides());
  }

  /** Attention as PyTorch writes it. */
  private static @Nullable OnnxAttention ofParts(OnnxPatterns patterns, OnnxNode node) {
    long[] joined = patterns.fact(node.output()).shape();
    OnnxNode turned = node.is("Reshape") ? patterns.node(node.input(0), "Transpose") : null;
    OnnxNode mixed = turned == null || !Arrays.equals(turned.integers("perm"), HEADS_OUTSIDE)
        ? null
        : patterns.node(turned.input(0), "MatMul");
    Part value = mixed == null ? null : Part.of(patterns, mixed.input(1));
    Scores scores = mixed == null ? null : Scores.of(patterns, mixed.input(0));
    if (value == null || scores == null || joined == null) {
      return null;
    }
    Part query = Part.of(patterns, scores.query());
    Part key = Part.of(patterns, scores.key());
    if (query == null || key == null) {
      return null;
    }
    long heads = query.heads();
    double scale = scores.scale() * query.scale() * key.scale();
    boolean plain = value.isOf(heads, HEADS_OUTSIDE)
        && value.scale() == 1
        && query.isOf(heads, HEADS_OUTSIDE)
        && key.isOf(heads, scores.keyTurned() ? HEADS_OUTSIDE : TURNED)
        && OnnxPatterns.near(scale, Math.sqrt((double) heads / query.width()))
        && Arrays.equals(joined, new long[] {BATCH, TOKENS, query.width()});
    return plain ? new OnnxAttention(heads, query.layer(), key.layer(), value.layer()) : null;
  }

  /**
   * The product of queries and keys, before the mask and the softmax.
   *
   * @param keyTurned whether the product turns the keys itself
   */
  private record Scores(String query, String key, boolean keyTurned, double scale) {

    static @Nullable Scores of(OnnxPatterns patterns, String weights) {
      OnnxNode softmax = patterns.node(withoutCheck(patterns, weights), "Softmax");
      boolean last = softmax != null
          && (softmax.has("axis")
              ? softmax.integer("axis", 0) == 3 || softmax.integer("axis", 0) == -1
              : patterns.graph().opset() >= 13);
      OnnxNode node = softmax != null && last ? patterns.node(softmax.input(0)) : null;
      double scale = 1;
      while (node != null) {
        if (node.is("MatMul")) {
          return new Scores(node.input(0), node.input(1), false, scale);
        }
        if (node.is("FusedMatMul")) {
          boolean turned = node.integer("transB", 0) != 0;
          double alpha = node.decimal("alpha", 1);
          return new Scores(node.input(0), node.input(1), turned, scale * alpha);
        }
        Double by = null;
        int scores = 0;
        for (int i = 0; i < 2 && by == null; i++) {
          by = patterns.fact(node.input(i)).every();
          scores = 1 - i;
        }
        boolean masked = node.is("Add") && by != null && by == 0;
        boolean scaled = by != null && (node.is("Mul") || (node.is("Div") && scores == 0));
        if (by == null || !(masked || scaled)) {
          return null;
        }
        scale = masked ? scale : node.is("Mul") ? scale * by : scale / by;
        node = patterns.node(node.input(scores));
      }
      return null;
    }

    /** {@code where(isnan(x), 0, x)}: there are such numbers only where a whole row is masked. */
    private static String withoutCheck(OnnxPatterns patterns, String weights) {
      OnnxNode choice = patterns.node(weights, "Where");
      OnnxNode check = choice == null ? null : patterns.node(choice.input(0), "IsNaN");
      return choice != null
              && check != null
              && patterns.same(check.input(0), choice.input(2))
              && patterns.fact(choice.input(1)).isAll(0)
          ? choice.input(2)
          : weights;
    }
  }

  /**
   * Queries, keys or values by heads.
   *
   * @param order of the axes of {@code [texts, tokens, heads, head size]}
   */
  private record Part(LinearLayer layer, long heads, long width, List<Long> order, double scale) {

    static @Nullable Part of(OnnxPatterns patterns, String value) {
      double scale = 1;
      List<Long> order = List.of(0L, 1L, 2L, 3L);
      OnnxNode node = patterns.node(value);
      while (node != null && !node.is("Reshape")) {
        if (node.is("Transpose")) {
          order = turned(order, node.integers("perm"));
          if (order.isEmpty()) {
            return null;
          }
          node = patterns.node(node.input(0));
          continue;
        }
        Double by = patterns.fact(node.input(1)).every();
        if (by == null || !node.is("Mul", "Div")) {
          return null;
        }
        scale = node.is("Mul") ? scale * by : scale / by;
        node = patterns.node(node.input(0));
      }
      LinearLayer layer = node == null ? null : patterns.linear(node.input(0));
      long[] shape = node == null ? null : patterns.fact(node.output()).shape();
      if (layer == null || shape == null || shape.length != 4) {
        return null;
      }
      long width = layer.weight().shape()[0];
      boolean split = shape[0] == BATCH
          && shape[1] == TOKENS
          && shape[2] > 0
          && width % shape[2] == 0
          && shape[3] == width / shape[2];
      return split ? new Part(layer, shape[2], width, order, scale) : null;
    }

    /** The order of axes before another one is put on it. */
    private static List<Long> turned(List<Long> after, long @Nullable [] order) {
      if (order == null || order.length != 4) {
        return List.of();
      }
      for (long axis : order) {
        if (axis < 0 || axis > 3) {
          return List.of();
        }
      }
      return after.stream().map(axis -> order[axis.intValue()]).toList();
    }

    boolean isOf(long otherHeads, long[] wanted) {
      return heads == otherHeads
          && Arrays.equals(order.stream().mapToLong(Long::longValue).toArray(), wanted);
    }
  }
}
