package io.github.bge4j.examples.cli;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a check searches and what for; no query has judgements unless all have.
 *
 * @param name what messages call the file of the documents
 * @param documents at least two
 * @param queries at least one
 */
record CheckWork(String name, List<Document> documents, List<Query> queries) {

  /** Returns documents from all over the list, at most so many. */
  List<Document> sample(int most) {
    int step = Math.max(1, documents.size() / most);
    return IntStream.range(0, Math.min(documents.size(), most))
        .mapToObj(i -> documents.get(i * step))
        .toList();
  }

  /** Returns whether it is known which documents answer which query. */
  boolean judged() {
    return queries.get(0).hasRelevant();
  }
}
