package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.internal.checkpoint.OnnxPatterns.LinearLayer;
import org.jspecify.annotations.Nullable;

/** What a graph makes of the states of its tokens. */
final class OnnxPooling {

  private final OnnxPatterns patterns;

  OnnxPooling(OnnxPatterns patterns) {
    this.patterns = patterns;
  }

  /**
   * A vector of each text.
   *
   * @param states name of the states that it is made of
   * @param firstTokens whether it is the first of them
   */
  record Pooled(String states, boolean firstTokens) {}

  /** {@code W2 tanh(W1 h + b1) + b2} of each first token. */
  record Classifier(String states, LinearLayer first, LinearLayer last) {}

  /**
   * Finds the classifier that gives the logits.
   *
   * @throws io.github.bge4j.ModelException if they come otherwise
   */
  Classifier classifier(String logits) {
    LinearLayer last = patterns.linear(logits);
    LinearLayer first = last == null ? null : patterns.linearWithTanh(last.input());
    String states = first == null ? null : ofFirstTokens(first.input());
    if (last == null || first == null || states == null) {
      throw patterns
          .graph()
          .refused("a reranker must have the classifier of BERT or XLM-RoBERTa before its output '"
              + logits + "'");
    }
    return new Classifier(states, first, last);
  }

  /** Returns whether vectors are the states of the first tokens, scaled or not. */
  boolean isFirstTokens(String vectors, String states) {
    String pooled = ofFirstTokens(withoutScaling(vectors));
    return pooled != null && patterns.same(pooled, states);
  }

  /**
   * Finds the states of which the vectors are made.
   *
   * @throws io.github.bge4j.ModelException if they come in a way that is not known
   */
  Pooled pooled(String vectors) {
    String pooled = withoutScaling(vectors);
    String first = ofFirstTokens(pooled);
    if (first != null) {
      return new Pooled(first, true);
    }
    OnnxNode divided = patterns.node(pooled, "Div");
    OnnxNode sum = divided == null ? null : patterns.node(divided.input(0), "ReduceSum");
    OnnxNode masked = sum == null ? null : patterns.node(sum.input(0), "Mul");
    for (int i = 0; masked != null && i < 2; i++) {
      if (patterns.fact(masked.input(i)).isAll(1)) {
        return new Pooled(masked.input(1 - i), false);
      }
    }
    throw patterns
        .graph()
        .refused("its output '" + vectors + "' must be pooled from first tokens or by the mean");
  }

  /** Returns what is scaled to length 1 here, or the value itself. */
  private String withoutScaling(String value) {
    OnnxNode scaled = patterns.node(value, "Div", "LpNormalization");
    if (scaled == null) {
      return value;
    }
    OnnxNode length = patterns.node(scaled.input(1));
    while (length != null && length.is("Expand", "Clip", "Max")) {
      length = patterns.node(length.input(0));
    }
    boolean scales = scaled.is("LpNormalization")
        || (length != null
            && length.is("ReduceL2")
            && patterns.same(length.input(0), scaled.input(0)));
    return scales ? scaled.input(0) : value;
  }

  /** Returns the states of all tokens, if a value is those of the first ones. */
  private @Nullable String ofFirstTokens(String value) {
    OnnxNode node = patterns.node(value, "Gather", "Squeeze");
    if (node == null) {
      return null;
    }
    if (node.is("Gather")) {
      long[] shape = patterns.fact(node.input(1)).shape();
      boolean first = node.integer("axis", 0) == 1
          && patterns.fact(node.input(1)).isAll(0)
          && shape != null
          && shape.length == 0;
      return first ? node.input(0) : null;
    }
    OnnxNode slice = patterns.node(node.input(0), "Slice");
    boolean first = slice != null
        && slice.inputs().size() >= 4
        && patterns.fact(slice.input(1)).isAll(0)
        && patterns.fact(slice.input(2)).isAll(1)
        && patterns.fact(slice.input(3)).isAll(1)
        && (slice.input(4).isEmpty() || patterns.fact(slice.input(4)).isAll(1));
    return first && slice != null ? slice.input(0) : null;
  }
}
