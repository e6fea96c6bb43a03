package io.github.bge4j.examples.cli;

import java.util.List;

/** How good a search is: means over queries, each of which has something to find. */
record Evaluation(double ndcgAt10, double recallAt100) {

  /** How many hits a search must return for this. */
  static final int DEPTH = 100;

  /** Measures the results of at least one query. */
  static Evaluation of(List<SearchResult> results) {
    double ndcg = 0;
    double recall = 0;
    for (SearchResult result : results) {
      List<String> ranking =
          result.hits().stream().map(hit -> hit.document().id()).toList();
      ndcg += RetrievalMetrics.ndcg(ranking, result.query(), 10);
      recall += RetrievalMetrics.recall(ranking, result.query(), DEPTH);
    }
    return new Evaluation(ndcg / results.size(), recall / results.size());
  }
}
