package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeReranker;
import io.github.bge4j.RankedDocument;
import java.util.ArrayList;
import java.util.List;

/** Orders the best hits of a search again, and keeps count of the work. Owns the reranker. */
final class HitReranker implements AutoCloseable {

  private final BgeReranker reranker;
  private final int depth;
  private long pairs;
  private long tokens;
  private long truncated;
  private long nanos;

  HitReranker(BgeReranker reranker, int depth) {
    this.reranker = reranker;
    this.depth = depth;
  }

  /** Returns the result with its first hits in the order of the reranker, and with its scores. */
  SearchResult rerank(SearchResult result) {
    List<Hit> hits = result.hits();
    if (hits.isEmpty()) {
      return result;
    }
    List<Hit> best = hits.subList(0, Math.min(depth, hits.size()));
    long start = System.nanoTime();
    List<RankedDocument<Hit>> ranked = reranker.rerank(
        result.query().text().value(), best, hit -> hit.document().passage().value(), best.size());
    nanos += System.nanoTime() - start;
    List<Hit> reordered = new ArrayList<>();
    for (RankedDocument<Hit> document : ranked) {
      pairs++;
      tokens += document.tokenCount();
      truncated += document.truncated() ? 1 : 0;
      reordered.add(new Hit(document.document().document(), document.score()));
    }
    reordered.addAll(hits.subList(best.size(), hits.size()));
    return new SearchResult(result.query(), reordered);
  }

  Throughput throughput() {
    return new Throughput(pairs, tokens, truncated, nanos / 1e9);
  }

  @Override
  public void close() {
    reranker.close();
  }
}
