package io.github.bge4j;

import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of one call. A query that goes on from one pair to the next is tokenized once, by each
 * thread at most. Thread-safe.
 */
final class PairTexts {

  private final List<TextPair> pairs;
  private final PairEncoder encoder;
  private volatile @Nullable Query last;

  PairTexts(List<TextPair> pairs, PairEncoder encoder) {
    this.pairs = pairs;
    this.encoder = encoder;
  }

  TokenizedText encode(int index) {
    TextPair pair = pairs.get(index);
    Query query = last;
    if (query == null || !pair.query().equals(query.text())) {
      query = new Query(pair.query(), encoder.encodeQuery(pair.query()));
      last = query;
    }
    return encoder.encode(query.tokens(), pair.passage());
  }

  private record Query(String text, int[] tokens) {}
}
