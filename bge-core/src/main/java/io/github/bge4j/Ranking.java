package io.github.bge4j;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The documents of one call, to be ordered. */
record Ranking<D>(String query, List<D> documents, int topN) {

  /** Checks a call before any work. */
  static <D> Ranking<D> of(String query, List<D> documents, int topN) {
    if (topN < 1) {
      throw new InvalidOptionException(
          "top n must be at least 1: " + topN + "; pass the number of documents for all of them");
    }
    CallTexts.checkNotEmpty("document", documents);
    CallTexts.checkWellFormed("query", -1, query);
    return new Ranking<>(query, new ArrayList<>(documents), topN);
  }

  List<TextPair> pairs(Function<? super D, String> text) {
    CallTexts.notNull("document function", text);
    return documents.stream()
        .map(document -> new TextPair(query, text.apply(document)))
        .toList();
  }

  /** Returns the best documents, best first; of equal ones the earlier first. */
  List<RankedDocument<D>> rank(List<PairScore> scores) {
    return IntStream.range(0, documents.size())
        .mapToObj(i -> {
          PairScore score = scores.get(i);
          return new RankedDocument<>(
              i, documents.get(i), score.score(), score.tokenCount(), score.truncated());
        })
        // Subtracted, not negated: -0 and 0 are equal. Sorting is stable.
        .sorted(Comparator.comparingDouble(document -> 0 - document.score()))
        .limit(topN)
        .toList();
  }
}
