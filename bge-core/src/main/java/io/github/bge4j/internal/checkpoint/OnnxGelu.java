package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.internal.checkpoint.OnnxPatterns.LinearLayer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The exact GELU, in the ways it is written; no approximation of it. */
final class OnnxGelu {

  private OnnxGelu() {}

  /** Returns the layer whose values the exact GELU is taken of. */
  static @Nullable LinearLayer layerBefore(OnnxPatterns patterns, String value) {
    OnnxNode node = patterns.node(value);
    if (node == null) {
      return null;
    }
    if (node.is("BiasGelu")) {
      LinearLayer layer = patterns.linear(node.input(0));
      WeightReference bias = patterns.weight(node.input(1), 1);
      return layer == null || bias == null ? null : layer.plus(bias);
    }
    if (node.is("Gelu")) {
      String approximate = node.text("approximate");
      boolean exact = approximate.isEmpty() || approximate.equals("none");
      return exact && node.inputs().size() == 1 ? patterns.linear(node.input(0)) : null;
    }
    return node.is("Mul") ? ofParts(patterns, node) : null;
  }

  /** {@code x * 0.5 * (1 + erf(x / sqrt(2)))}, in any order. */
  private static @Nullable LinearLayer ofParts(OnnxPatterns patterns, OnnxNode product) {
    List<String> factors = new ArrayList<>(List.of(product.input(0), product.input(1)));
    for (int i = 0; i < 2 && factors.size() == 2; i++) {
      OnnxNode inner = patterns.node(factors.get(i), "Mul");
      if (inner != null) {
        factors.set(i, inner.input(0));
        factors.add(inner.input(1));
      }
    }
    boolean halved = factors.size() == 3
        && factors.removeIf(factor -> patterns.isNear(patterns.plain(factor), 0.5));
    for (int i = 0; halved && factors.size() == 2 && i < 2; i++) {
      OnnxNode plusOne = patterns.node(factors.get(i), "Add");
      for (int j = 0; plusOne != null && j < 2; j++) {
        OnnxNode erf = patterns.node(plusOne.input(j), "Erf");
        OnnxNode scaled = erf == null ? null : patterns.node(erf.input(0), "Div", "Mul");
        if (scaled != null
            && patterns.isNear(patterns.plain(plusOne.input(1 - j)), 1)
            && patterns.isNear(
                patterns.plain(scaled.input(1)), scaled.is("Div") ? Math.sqrt(2) : Math.sqrt(0.5))
            && patterns.same(scaled.input(0), factors.get(1 - i))) {
          return patterns.linear(factors.get(1 - i));
        }
      }
    }
    return null;
  }
}
