package io.github.bge4j.examples.cli;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes what a search found and how good it is. */
final class SearchReport {

  private final Writer out;

  SearchReport(OutputFile out) {
    this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
  }

  /** Writes a query with its best hits; {@code *} marks those that are judged relevant. */
  void writeHits(SearchResult result, int most) throws IOException {
    Query query = result.query();
    out.write(String.format(
        Locale.ROOT, "[%s] %s\n", query.id(), Snippet.oneLine(query.text().value())));
    int rank = 1;
    for (Hit hit : result.hits().stream().limit(most).toList()) {
      Document document = hit.document();
      String mark = query.isRelevant(document.id()) ? "*" : " ";
      String title = document.title().isBlank() ? document.id() : document.title();
      out.write(String.format(
          Locale.ROOT, "%4d %s %.4f  %s\n", rank++, mark, hit.score(), Snippet.of(title)));
      out.write(String.format(Locale.ROOT, "%15s%s\n", "", Snippet.of(document.text())));
    }
    out.write("\n");
  }

  void writeSizes(int documents, int queries) throws IOException {
    writeCount("documents", documents);
    writeCount("queries", queries);
  }

  void writeCount(String label, long count) throws IOException {
    out.write(String.format(Locale.ROOT, "%-12s %d\n", label, count));
  }

  /** Writes how fast an index answered. */
  void writeQueries(int queries, double seconds) throws IOException {
    out.write(String.format(Locale.ROOT, "%-12s %.1f\n", "queries/s", queries / seconds));
  }

  void writeEvaluation(Evaluation evaluation) throws IOException {
    out.write(String.format(Locale.ROOT, "%-12s %.4f\n", "nDCG@10", evaluation.ndcgAt10()));
    out.write(String.format(Locale.ROOT, "%-12s %.4f\n", "recall@100", evaluation.recallAt100()));
  }

  /** Writes how fast texts were embedded. */
  void writeEmbedding(Throughput throughput) throws IOException {
    writeThroughput("", "texts", throughput);
  }

  /** Writes how fast pairs were scored. */
  void writeReranking(Throughput throughput) throws IOException {
    writeThroughput("reranking: ", "pairs", throughput);
  }

  private void writeThroughput(String task, String unit, Throughput throughput) throws IOException {
    String label = task + "%-12s ";
    out.write(
        String.format(Locale.ROOT, label + "%.1f\n", unit + "/s", throughput.textsPerSecond()));
    out.write(
        String.format(Locale.ROOT, label + "%.0f\n", "tokens/s", throughput.tokensPerSecond()));
    out.write(String.format(
        Locale.ROOT,
        label + "%d of %d %s\n",
        "truncated",
        throughput.truncated(),
        throughput.texts(),
        unit));
  }

  /** Hands everything written so far to the reader of the stream. */
  void flush() throws IOException {
    out.flush();
  }
}
