package io.github.bge4j;

import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of one call. A query that goes on from one pair to the next is tokenized once. Used by
 * one thread at a time.
 */
final class PairTexts {

  private final List<TextPair> pairs;
  private final PairEncoder encoder;
  private @Nullable String query;
  private int[] queryTokens = {};

  PairTexts(List<TextPair> pairs, PairEncoder encoder) {
    this.pairs = pairs;
    this.encoder = encoder;
  }

  TokenizedText encode(int index) {
    TextPair pair = pairs.get(index);
    if (!pair.query().equals(query)) {
      queryTokens = encoder.encodeQuery(pair.query());
      query = pair.query();
    }
    return encoder.encode(queryTokens, pair.passage());
  }
}
