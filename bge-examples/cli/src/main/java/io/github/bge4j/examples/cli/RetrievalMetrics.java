package io.github.bge4j.examples.cli;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How good one ranking is for a query that has a relevant document. */
final class RetrievalMetrics {

  private RetrievalMetrics() {}

  /**
   * Returns the normalized discounted cumulative gain: gain {@code 2^score - 1}, discount
   * {@code log2(rank + 1)}, against the best order of everything judged.
   *
   * @param ranking document ids, best first
   * @param depth how many of them count
   */
  static double ndcg(List<String> ranking, Query query, int depth) {
    Stream<Integer> found = ranking.stream().map(id -> query.judgements().getOrDefault(id, 0));
    Stream<Integer> ideal = query.judgements().values().stream().sorted(Comparator.reverseOrder());
    return discountedGain(found, depth) / discountedGain(ideal, depth);
  }

  private static double discountedGain(Stream<Integer> scores, int depth) {
    List<Integer> counted = scores.limit(depth).toList();
    double sum = 0;
    for (int i = 0; i < counted.size(); i++) {
      double gain = Math.pow(2, Math.max(0, counted.get(i))) - 1;
      int rank = i + 1;
      sum += gain * Math.log(2) / Math.log(rank + 1);
    }
    return sum;
  }

  /**
   * Returns which part of the relevant documents is found.
   *
   * @param ranking document ids, best first
   * @param depth how many of them count
   */
  static double recall(List<String> ranking, Query query, int depth) {
    long found = ranking.stream().limit(depth).filter(query::isRelevant).count();
    long relevant =
        query.judgements().keySet().stream().filter(query::isRelevant).count();
    return (double) found / relevant;
  }

  /**
   * Returns Kendall's tau-b of two scorings of the same things: 1 for one order, -1 for opposite
   * ones. Ties weigh as usual (Kendall 1945); 1 if one scoring has nothing but ties.
   */
  static double kendallTau(double[] a, double[] b) {
    int difference = 0;
    int distinctA = 0;
    int distinctB = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        int inA = Double.compare(a[i], a[j]);
        int inB = Double.compare(b[i], b[j]);
        difference += Integer.signum(inA) * Integer.signum(inB);
        distinctA += Math.abs(Integer.signum(inA));
        distinctB += Math.abs(Integer.signum(inB));
      }
    }
    return distinctA == 0 || distinctB == 0
        ? 1
        : difference / Math.sqrt((double) distinctA * distinctB);
  }
}
