package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.sparse.SparseVector;
import java.util.Map;
import java.util.TreeMap;

/** The tolerances of the reference's answers, named once. */
final class GoldenAssert {

  /** Of a component of a vector. */
  static final float VECTOR = 1e-5f;

  /** Of a lexical weight, times the weight if that is above 1. */
  static final float LEXICAL_WEIGHT = 1e-5f;

  /** Of a score or a logit. */
  static final double SCORE = 1e-4;

  /** Whether a token with so small a weight is in the answer is left open. */
  private static final float NO_WEIGHT = 1e-6f;

  private GoldenAssert() {}

  static void assertVector(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("component %d", i).isCloseTo(expected[i], within(VECTOR));
    }
  }

  static void assertLexicalWeights(SparseVector actual, Map<Integer, Float> expected) {
    Map<Integer, Float> weights = new TreeMap<>();
    for (int i = 0; i < actual.size(); i++) {
      weights.put(actual.indices()[i], actual.values()[i]);
    }
    Map<Integer, Float> wanted = new TreeMap<>(expected);
    weights.values().removeIf(weight -> weight < NO_WEIGHT);
    wanted.values().removeIf(weight -> weight < NO_WEIGHT);
    assertThat(weights.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach((id, weight) -> assertThat(weights.get(id))
        .as("weight of token %d", id)
        .isCloseTo(weight, within(LEXICAL_WEIGHT * Math.max(1, weight))));
  }
}
