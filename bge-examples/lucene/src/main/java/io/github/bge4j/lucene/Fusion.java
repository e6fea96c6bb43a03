package io.github.bge4j.lucene;

import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.search.ScoreDoc;

/** How two rankings become one. Immutable. */
public final class Fusion {

  /** The constant of Cormack, Clarke and Buettcher (2009), which most search engines use. */
  public static final int DEFAULT_RANK_CONSTANT = 60;

  private final Contribution contribution;
  private final double denseWeight;
  private final double lexicalWeight;

  /** What a ranking gives to the score of a document of it. */
  private interface Contribution {
    double of(ScoreDoc[] ranking, int position);
  }

  private Fusion(Contribution contribution, double denseWeight, double lexicalWeight) {
    this.contribution = contribution;
    this.denseWeight = denseWeight;
    this.lexicalWeight = lexicalWeight;
  }

  /**
   * Adds up reciprocal ranks (RRF): 1 / (60 + rank) for each ranking that has the document. Needs
   * no scores that compare, and is the default.
   *
   * @return the fusion
   */
  public static Fusion reciprocalRank() {
    return reciprocalRank(DEFAULT_RANK_CONSTANT);
  }

  /**
   * Adds up reciprocal ranks: 1 / (constant + rank), the first rank being 1.
   *
   * @param constant at least 0; the smaller, the more the first ranks count
   * @return the fusion
   * @throws IllegalArgumentException if the constant is negative
   */
  public static Fusion reciprocalRank(int constant) {
    if (constant < 0) {
      throw new IllegalArgumentException(
          "the rank constant must be at least 0: " + constant + "; 60 is usual");
    }
    return new Fusion((ranking, position) -> 1.0 / (constant + position + 1), 1, 1);
  }

  /**
   * Adds up scores, weighted, each ranking's from its worst candidate at 0 to its best at 1; a
   * document that a ranking has not among its candidates gets 0 of it.
   *
   * @param dense weight of the dense ranking, 0 or more
   * @param lexical weight of the sparse or BM25 ranking, 0 or more
   * @return the fusion
   * @throws IllegalArgumentException if a weight is negative or not finite, or both are 0
   */
  public static Fusion weighted(double dense, double lexical) {
    if (!(dense >= 0 && lexical >= 0 && dense + lexical > 0 && Double.isFinite(dense + lexical))) {
      throw new IllegalArgumentException("weights must be finite, not negative and not both 0: "
          + dense + ", " + lexical + "; 1 and 1 weigh both alike");
    }
    return new Fusion(Fusion::relative, dense, lexical);
  }

  private static double relative(ScoreDoc[] ranking, int position) {
    double worst = ranking[ranking.length - 1].score;
    double range = ranking[0].score - worst;
    return range > 0 ? (ranking[position].score - worst) / range : 1;
  }

  /** Returns the documents of both rankings, best first. */
  ScoreDoc[] fuse(ScoreDoc[] dense, ScoreDoc[] lexical) {
    Map<Integer, Double> scores = new HashMap<>();
    add(scores, dense, denseWeight);
    add(scores, lexical, lexicalWeight);
    return scores.entrySet().stream()
        .map(entry -> new ScoreDoc(entry.getKey(), entry.getValue().floatValue()))
        .sorted(DocumentScorer.BEST_FIRST)
        .toArray(ScoreDoc[]::new);
  }

  private void add(Map<Integer, Double> scores, ScoreDoc[] ranking, double weight) {
    for (int i = 0; i < ranking.length; i++) {
      scores.merge(ranking[i].doc, weight * contribution.of(ranking, i), Double::sum);
    }
  }
}
