package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.lucene.BgeIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.terminal.spi.SystemStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches a folder of documents for the queries that lie beside them, or for others. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Embeds the documents and queries of a BEIR folder, searches exactly, reranks if asked to,",
      "and prints nDCG@10, recall@100 and the speed of the models. With --index, searches the",
      "documents of that index instead, as --mode says."
    })
final class SearchCommand implements Callable<Integer> {

  private static final int DEFAULT_HITS_OF_ASKED = 3;

  private final Stdio stdio;
  private final Models models;

  @Mixin
  private final EmbedderOptions modelOptions = new EmbedderOptions();

  @Mixin
  private final RerankOptions rerankOptions = new RerankOptions();

  @Mixin
  private final ModeOptions modeOptions = new ModeOptions();

  @Option(
      names = "--index",
      paramLabel = "DIR",
      description = "What the command index made of this folder's documents, with this model.")
  private @Nullable Path index;

  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "DIR",
      description = {
        "Holds corpus.jsonl {\"_id\", \"title\", \"text\"}, queries.jsonl {\"_id\", \"text\"}",
        "and qrels.tsv or qrels/test.tsv: query-id, corpus-id, score."
      })
  private Path dataset = Path.of("");

  @Option(
      names = "--queries",
      paramLabel = "NAME",
      description = "Take NAME.jsonl and NAME.tsv of the folder for its queries and judgements.")
  private @Nullable String querySet;

  @Option(
      names = "--hits",
      paramLabel = "N",
      description = {
        "Print the best N documents of every query; * marks relevant ones.",
        "Default: 0, or " + DEFAULT_HITS_OF_ASKED + " with --ask."
      })
  private @Nullable Integer hits;

  @Option(
      names = "--ask",
      paramLabel = "TEXT",
      description = "Search for this instead of the queries in the folder. Repeatable.")
  private List<String> asked = List.of();

  SearchCommand(Stdio stdio) {
    this.stdio = stdio;
    this.models = Models.of(stdio);
  }

  @Override
  public Integer call() throws IOException {
    int shown = checkedHits();
    rerankOptions.check();
    modeOptions.check();
    if (index == null) {
      modeOptions.checkUnused();
    } else {
      Indexes.requireFolder(index);
    }
    BeirDataset files =
        querySet == null ? new BeirDataset(dataset) : new BeirDataset(dataset, querySet);
    List<Document> documents = files.readDocuments();
    List<Query> queries = asked.isEmpty() ? files.readQueries(documents) : askedQueries();
    SearchReport report = new SearchReport(OutputFile.ofStdout(stdio));
    try (BgeEmbedder model = models.open(modelOptions);
        HitReranker reranker = rerankOptions.open(models, modelOptions)) {
      if (index == null) {
        TextEmbedder embedder = new TextEmbedder(model);
        List<SearchResult> found = search(embedder, files, documents, queries, shown);
        report(report, rerank(reranker, found), shown, documents.size());
        report.writeEmbedding(embedder.throughput());
      } else {
        searchIndex(index, model, reranker, queries, shown, report);
      }
      if (reranker != null) {
        report.writeReranking(reranker.throughput());
      }
      report.flush();
    }
    return ExitCode.OK;
  }

  private int checkedHits() {
    if (hits == null) {
      return asked.isEmpty() ? 0 : DEFAULT_HITS_OF_ASKED;
    }
    if (hits < 0) {
      throw new UsageException("--hits must be at least 0: " + hits + "; 0 prints none");
    }
    return hits;
  }

  private List<Query> askedQueries() {
    List<Query> queries = new ArrayList<>();
    for (String question : asked) {
      queries.add(Query.ask(queries.size() + 1, question));
    }
    return queries;
  }

  private List<SearchResult> search(
      TextEmbedder embedder,
      BeirDataset files,
      List<Document> documents,
      List<Query> queries,
      int shown) {
    List<float[]> vectors;
    List<float[]> questions;
    try (Progress progress = Progress.start(
        "embedding", showsProgress(), (long) documents.size() + queries.size(), "texts", 1)) {
      BulkEmbedder bulk = new BulkEmbedder(embedder, progress);
      vectors = bulk.embed(
          files.corpusName(),
          documents.stream().map(Document::passage).toList(),
          InputType.PASSAGE);
      questions = bulk.embed(
          asked.isEmpty() ? files.queriesName() : "--ask",
          queries.stream().map(Query::text).toList(),
          InputType.QUERY);
    }
    ExactSearch index = new ExactSearch(documents, vectors, embedder.similarity());
    int depth = depth(shown);
    List<SearchResult> results = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      results.add(new SearchResult(queries.get(i), index.find(questions.get(i), depth)));
    }
    return results;
  }

  private int depth(int shown) {
    return Math.max(Math.max(shown, Evaluation.DEPTH), rerankOptions.depth());
  }

  private void searchIndex(
      Path folder,
      BgeEmbedder model,
      @Nullable HitReranker reranker,
      List<Query> queries,
      int shown,
      SearchReport report)
      throws IOException {
    try (BgeIndex opened = Indexes.openReadOnly(folder, modelOptions, model);
        Progress progress =
            Progress.start("searching", showsProgress(), queries.size(), "queries", 1)) {
      List<SearchResult> found = new ArrayList<>();
      long start = System.nanoTime();
      for (Query query : queries) {
        found.add(modeOptions.search(opened, query, depth(shown)));
        progress.advanceTo(found.size());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      report(report, rerank(reranker, found), shown, opened.size());
      report.writeQueries(queries.size(), seconds);
    }
  }

  private List<SearchResult> rerank(@Nullable HitReranker reranker, List<SearchResult> results) {
    if (reranker == null) {
      return results;
    }
    List<SearchResult> reranked = new ArrayList<>();
    try (Progress progress =
        Progress.start("reranking", showsProgress(), results.size(), "queries", 1)) {
      for (SearchResult result : results) {
        reranked.add(reranker.rerank(result));
        progress.advanceTo(reranked.size());
      }
    }
    return reranked;
  }

  private boolean showsProgress() {
    return stdio.isTerminal().test(SystemStream.Error);
  }

  private void report(SearchReport report, List<SearchResult> results, int shown, int documents)
      throws IOException {
    if (shown > 0) {
      for (SearchResult result : results) {
        report.writeHits(result, shown);
      }
    }
    report.writeSizes(documents, results.size());
    if (asked.isEmpty()) {
      report.writeEvaluation(Evaluation.of(results));
    }
  }
}
