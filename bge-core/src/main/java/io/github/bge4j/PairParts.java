package io.github.bge4j;

import io.github.bge4j.internal.text.PairEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The pairs of one call, part by part, so that memory does not grow with the call. Every query is
 * tokenized once in its part, and one that goes on into the next part not again.
 *
 * <p>Used by one thread at a time.
 */
final class PairParts {

  /** Enough to keep the workers busy; at 8,192 tokens a pair, 64 MiB of token ids. */
  private static final int PAIRS_AT_A_TIME = 1024;

  private final List<TextPair> pairs;
  private final PairEncoder encoder;
  private final CallTexts.CutMessage problem;
  private final Map<String, int[]> queries = new ConcurrentHashMap<>();
  private final List<PairScore> scores;
  private int from;

  /**
   * Takes checked pairs.
   *
   * @param problem says what is wrong with a pair that was cut
   */
  PairParts(List<TextPair> pairs, PairEncoder encoder, CallTexts.CutMessage problem) {
    this.pairs = pairs;
    this.encoder = encoder;
    this.problem = problem;
    this.scores = new ArrayList<>(pairs.size());
  }

  boolean hasNext() {
    return from < pairs.size();
  }

  CallTexts next() {
    int first = from;
    from = Math.min(pairs.size(), from + PAIRS_AT_A_TIME);
    List<TextPair> part = pairs.subList(first, from);
    queries.keySet().retainAll(part.stream().map(TextPair::query).collect(Collectors.toSet()));
    return new CallTexts(
        first,
        part.size(),
        i -> encoder.encode(
            queries.computeIfAbsent(part.get(i).query(), encoder::encodeQuery),
            part.get(i).passage()),
        problem);
  }

  /** Takes the scores of the part that {@link #next} gave last. */
  void add(List<PairScore> part) {
    scores.addAll(part);
  }

  /** Returns one score a pair, in order. */
  List<PairScore> scores() {
    return List.copyOf(scores);
  }
}
