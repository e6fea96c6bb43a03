package io.github.bge4j.examples.facade;

import io.github.bge4j.PairScore;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.TextPair;
import io.github.bge4j.batching.RequestOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the service needs of a reranker; the seam for a model that computes nothing. */
interface PairModel extends AutoCloseable {

  /** Ranks all documents, best first; cancelling the future drops work that has not begun. */
  CompletableFuture<List<RankedDocument<String>>> rank(
      String query, List<String> documents, RequestOptions options);

  /** Scores pairs in their order, as one request; cancelling drops work that has not begun. */
  CompletableFuture<List<PairScore>> score(List<TextPair> pairs, RequestOptions options);

  @Override
  void close();
}
