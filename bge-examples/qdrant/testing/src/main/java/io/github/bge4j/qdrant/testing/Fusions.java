package io.github.bge4j.qdrant.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Several lists of scores, each with the best first, made one. */
final class Fusions {

  private Fusions() {}

  /** Ranks count from 0, as in Qdrant. */
  static Map<String, Double> reciprocalRanks(List<Map<String, Double>> lists, int constant) {
    Map<String, Double> fused = new HashMap<>();
    for (Map<String, Double> list : lists) {
      int rank = 0;
      for (String id : list.keySet()) {
        fused.merge(id, 1.0 / (constant + rank++), Double::sum);
      }
    }
    return fused;
  }

  /** Each score by its place between three deviations below and above the mean of its list. */
  static Map<String, Double> scaledScores(List<Map<String, Double>> lists) {
    Map<String, Double> fused = new HashMap<>();
    for (Map<String, Double> list : lists) {
      double mean = list.values().stream().mapToDouble(x -> x).average().orElse(0);
      double squares =
          list.values().stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
      double deviation = Math.sqrt(squares / Math.max(1, list.size() - 1));
      list.forEach((id, score) -> fused.merge(
          id,
          deviation == 0 ? 0.5 : (score - mean + 3 * deviation) / (6 * deviation),
          Double::sum));
    }
    return fused;
  }
}
