package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RetrievalMetricsTest {

  /** log2(3), the discount of rank 2. */
  private static final double LOG2_3 = 1.584962500721156;

  private static Query judged(Map<String, Integer> judgements) {
    return new Query("q", new Text(1, "?"), judgements);
  }

  @Test
  void ndcg_bestOrder_isOne() {
    Query query = judged(Map.of("a", 2, "b", 1, "c", 0));
    assertThat(RetrievalMetrics.ndcg(List.of("a", "b", "x"), query, 10)).isEqualTo(1.0);
  }

  @Test
  void ndcg_betterDocumentSecond_matchesHandComputed() {
    // Gains 1 and 3: found 1 + 3 / log2(3), ideal 3 + 1 / log2(3).
    Query query = judged(Map.of("a", 2, "b", 1));
    assertThat(RetrievalMetrics.ndcg(List.of("b", "a"), query, 10))
        .isCloseTo((1 + 3 / LOG2_3) / (3 + 1 / LOG2_3), within(1e-12));
  }

  @Test
  void ndcg_onlyHitAtRankThree_isHalf() {
    Query query = judged(Map.of("a", 1));
    assertThat(RetrievalMetrics.ndcg(List.of("x", "y", "a"), query, 10))
        .isCloseTo(0.5, within(1e-12));
  }

  @Test
  void ndcg_hitBelowDepth_isZero() {
    Query query = judged(Map.of("a", 1));
    assertThat(RetrievalMetrics.ndcg(List.of("x", "y", "a"), query, 2)).isZero();
  }

  @Test
  void ndcg_moreJudgedThanDepth_idealStopsAtDepth() {
    Query query = judged(Map.of("a", 1, "b", 1, "c", 1));
    assertThat(RetrievalMetrics.ndcg(List.of("a", "b"), query, 2)).isEqualTo(1.0);
  }

  @Test
  void ndcg_negativeScore_gainsNothing() {
    Query query = judged(Map.of("a", 1, "b", -2));
    assertThat(RetrievalMetrics.ndcg(List.of("b", "a"), query, 10))
        .isCloseTo(1 / LOG2_3, within(1e-12));
  }

  @Test
  void recall_partOfRelevantInDepth_isTheirShare() {
    Query query = judged(Map.of("a", 2, "b", 1, "c", 1, "d", 1, "e", 0));
    assertThat(RetrievalMetrics.recall(List.of("e", "a", "x", "b"), query, 3)).isEqualTo(0.25);
  }

  @Test
  void evaluation_twoQueries_isTheMean() {
    Document document = new Document(1, "a", "", "");
    SearchResult found = new SearchResult(judged(Map.of("a", 1)), List.of(new Hit(document, 1.0)));
    SearchResult missed = new SearchResult(judged(Map.of("b", 1)), List.of(new Hit(document, 1.0)));
    assertThat(Evaluation.of(List.of(found, missed))).isEqualTo(new Evaluation(0.5, 0.5));
  }

  @Test
  void kendallTau_twoOfThreePairsAlike_isAThird() {
    assertThat(RetrievalMetrics.kendallTau(new double[] {3, 2, 1}, new double[] {3, 1, 2}))
        .isCloseTo(1.0 / 3, within(1e-12));
  }

  @Test
  void kendallTau_tieInOne_weighsAsTauB() {
    // Three pairs, of which one has a tie: 2 / sqrt(3 * 2).
    assertThat(RetrievalMetrics.kendallTau(new double[] {3, 2, 1}, new double[] {2, 1, 1}))
        .isCloseTo(2 / Math.sqrt(6), within(1e-12));
  }

  @Test
  void kendallTau_oppositeOrder_isMinusOne() {
    assertThat(RetrievalMetrics.kendallTau(new double[] {1, 2, 3}, new double[] {0, -1, -9}))
        .isEqualTo(-1);
  }
}
