package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeReranker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jline.terminal.spi.SystemStream;

/**
 * Compares two rerankers: how they order some documents for each of some queries, in turns. Owns
 * neither of them.
 */
final class RerankerCheck {

  private static final int QUERIES = 50;

  /** What a search gives a reranker, more or less: what was judged, and others. */
  private static final int CANDIDATES = 20;

  private final BgeReranker exact;
  private final BgeReranker other;
  private final Stdio stdio;

  RerankerCheck(BgeReranker exact, BgeReranker other, Stdio stdio) {
    this.exact = exact;
    this.other = other;
    this.stdio = stdio;
  }

  void run(CheckWork work, PrecisionReport report) throws IOException {
    List<Query> queries =
        work.queries().subList(0, Math.min(QUERIES, work.queries().size()));
    Map<String, Document> documents = new LinkedHashMap<>();
    work.documents().forEach(document -> documents.put(document.id(), document));
    HitReranker first = new HitReranker(exact, CANDIDATES);
    HitReranker second = new HitReranker(other, CANDIDATES);
    List<SearchResult> expected = new ArrayList<>();
    List<SearchResult> actual = new ArrayList<>();
    boolean shown = stdio.isTerminal().test(SystemStream.Error);
    try (Progress progress = Progress.start("reranking", shown, queries.size(), "queries", 1)) {
      for (int i = 0; i < queries.size(); i++) {
        SearchResult found =
            new SearchResult(queries.get(i), candidates(queries.get(i), i, documents));
        expected.add(first.rerank(found));
        actual.add(second.rerank(found));
        progress.advanceTo(i + 1);
      }
    }
    report.compareOrders(expected, actual);
    report.compareRankings(expected, actual);
    if (work.judged()) {
      report.compareNdcg(
          Evaluation.of(expected).ndcgAt10(), Evaluation.of(actual).ndcgAt10());
    }
    report.addRound(first.throughput(), second.throughput());
  }

  /** Those judged, and so many others, drawn for this query, that the number is full. */
  private static List<Hit> candidates(Query query, int number, Map<String, Document> documents) {
    Set<String> ids = new LinkedHashSet<>(query.judgements().keySet());
    ids.retainAll(documents.keySet());
    List<String> others = new ArrayList<>(documents.keySet());
    Collections.shuffle(others, new Random(number));
    ids.addAll(others);
    return ids.stream()
        .limit(CANDIDATES)
        .map(id -> new Hit(Objects.requireNonNull(documents.get(id)), 0))
        .toList();
  }
}
