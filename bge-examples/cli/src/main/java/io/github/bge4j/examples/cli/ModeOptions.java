package io.github.bge4j.examples.cli;

import io.github.bge4j.lucene.BgeIndex;
import io.github.bge4j.lucene.IndexedDocument;
import io.github.bge4j.lucene.SearchMode;
import io.github.bge4j.lucene.SearchRequest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how an index is searched. */
final class ModeOptions {

  private static final WordOption MODES =
      new WordOption("--mode", List.of("dense", "bm25", "sparse", "hybrid"));

  @Option(
      names = "--mode",
      paramLabel = "dense|bm25|sparse|hybrid",
      description = {
        "What is compared of an index. hybrid fuses the ranks of dense with those of sparse, or of",
        "bm25 if the model has no sparse weights. Default: hybrid."
      })
  private @Nullable String mode;

  @Option(
      names = "--colbert",
      description = "Order the best documents by the ColBERT vectors of the index.")
  private boolean colbert;

  @Option(
      names = "--where",
      paramLabel = "NAME=VALUE",
      description = "Only documents of an index with this value in their metadata. Repeatable.")
  private Map<String, String> where = Map.of();

  /** Refuses what is no mode. */
  void check() {
    if (mode != null) {
      MODES.check(mode);
    }
  }

  /** Refuses options of an index where there is none. */
  void checkUnused() {
    String unused = mode != null ? "--mode" : colbert ? "--colbert" : "--where";
    if (mode != null || colbert || !where.isEmpty()) {
      throw new UsageException(
          unused + " needs --index: it is missing; name an index or leave this out");
    }
  }

  /** Returns the best documents of an index for a query, best first. */
  SearchResult search(BgeIndex index, Query query, int most) throws IOException {
    SearchRequest.Builder request = SearchRequest.builder(query.text().value())
        .mode(mode == null ? SearchMode.HYBRID : SearchMode.valueOf(mode.toUpperCase(Locale.ROOT)))
        .hits(most);
    if (colbert) {
      request.lateInteraction();
    }
    where.forEach(request::where);
    List<Hit> hits = index.search(request.build()).stream()
        .map(hit -> new Hit(document(hit.document()), hit.score()))
        .toList();
    return new SearchResult(query, hits);
  }

  private static Document document(IndexedDocument document) {
    return new Document(0, document.id(), document.title(), document.text());
  }
}
