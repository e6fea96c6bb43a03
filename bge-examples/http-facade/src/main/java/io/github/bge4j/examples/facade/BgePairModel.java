package io.github.bge4j.examples.facade;

import io.github.bge4j.BgeReranker;
import io.github.bge4j.PairScore;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.TextPair;
import io.github.bge4j.batching.RequestOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A reranker of the library. Thread-safe. */
final class BgePairModel implements PairModel {

  private final BgeReranker reranker;

  /** Takes over the reranker. */
  BgePairModel(BgeReranker reranker) {
    this.reranker = reranker;
  }

  @Override
  public CompletableFuture<List<RankedDocument<String>>> rank(
      String query, List<String> documents, RequestOptions options) {
    return reranker.rerankAsync(query, documents, Function.identity(), documents.size(), options);
  }

  @Override
  public CompletableFuture<List<PairScore>> score(List<TextPair> pairs, RequestOptions options) {
    return reranker.scoresAsync(pairs, options);
  }

  @Override
  public void close() {
    reranker.close();
  }
}
