package io.github.bge4j.examples.cli;

import io.github.bge4j.Precision;
import io.github.bge4j.Similarity;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Writes what a precision changes, line by line, and judges it. Not thread-safe. */
final class PrecisionReport {

  /** What {@link #finish} judges by. */
  static final String RULE = "mean cosine at least 0.995, worst at least 0.98, of"
      + " each output; for a reranker, mean of Kendall's tau at least 0.9; where there are judgements,"
      + " nDCG@10 at most 0.003 lower and recall@100 at most 0.005; where there are"
      + " none, nine of the ten best hits the same on average.";

  private static final double LEAST_MEAN_COSINE = 0.995;
  private static final double LEAST_COSINE = 0.98;
  private static final double LEAST_MEAN_TAU = 0.9;
  private static final double MOST_NDCG_LOST = 0.003;
  private static final double MOST_RECALL_LOST = 0.005;
  private static final double LEAST_SHARED = 0.9;
  private static final int TOP = 10;

  private final String name;
  private final Writer out;
  private final List<String> faults = new ArrayList<>();
  private final List<Throughput> exactRounds = new ArrayList<>();
  private final List<Throughput> otherRounds = new ArrayList<>();
  private double shared = 1;
  private boolean judged;

  PrecisionReport(Precision precision, OutputFile out) {
    this.name = precision.name().toLowerCase(Locale.ROOT);
    this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
  }

  void writeSizes(int documents, int queries) throws IOException {
    line("%-14s %d", "documents", documents);
    line("%-14s %d", "queries", queries);
  }

  /**
   * Compares vectors one by one.
   *
   * @param output what they are
   * @param cosines of each vector to that of fp32; sorted here
   */
  void compareVectors(String output, double[] cosines) throws IOException {
    Arrays.sort(cosines);
    double mean = Arrays.stream(cosines).average().orElseThrow();
    line(
        "%-14s cosine to fp32 mean %.5f, median %.5f, worst of 20 %.5f, worst of 100 %.5f,"
            + " worst %.5f",
        output,
        mean,
        cosines[cosines.length / 2],
        cosines[cosines.length / 20],
        cosines[cosines.length / 100],
        cosines[0]);
    // Not a number counts as a fault.
    fault(!(mean >= LEAST_MEAN_COSINE), "the mean cosine of " + output + " is %.5f", mean);
    fault(!(cosines[0] >= LEAST_COSINE), "the worst cosine of " + output + " is %.5f", cosines[0]);
  }

  /**
   * Compares sparse vectors, of all texts as one: one text may have no weights but such as are next
   * to becoming 0.
   *
   * @param product inner product with fp32
   * @param norms product of both lengths
   */
  void compareSparse(double product, double norms) throws IOException {
    double cosine = norms == 0 ? 1 : product / norms;
    line("%-14s cosine to fp32 %.5f, of all texts as one", "sparse", cosine);
    fault(!(cosine >= LEAST_MEAN_COSINE), "the cosine of sparse is %.5f", cosine);
  }

  void writeSimilarity(Similarity similarity) throws IOException {
    line("%-14s by %s", "rankings", similarity.name().toLowerCase(Locale.ROOT));
  }

  /** Compares how the same documents are ordered and scored, query by query. */
  void compareOrders(List<SearchResult> exact, List<SearchResult> other) throws IOException {
    double[] taus = new double[exact.size()];
    double largest = 0;
    int same = 0;
    for (int i = 0; i < taus.length; i++) {
      Map<String, Double> scores = other.get(i).hits().stream()
          .collect(Collectors.toMap(hit -> hit.document().id(), Hit::score));
      List<Hit> hits = exact.get(i).hits();
      double[] before = hits.stream().mapToDouble(Hit::score).toArray();
      double[] now = hits.stream()
          .mapToDouble(hit -> scores.getOrDefault(hit.document().id(), Double.NaN))
          .toArray();
      taus[i] = RetrievalMetrics.kendallTau(before, now);
      for (int j = 0; j < now.length; j++) {
        largest = Math.max(largest, Math.abs(before[j] - now[j]));
      }
      same += ids(exact.get(i)).get(0).equals(ids(other.get(i)).get(0)) ? 1 : 0;
    }
    double mean = Arrays.stream(taus).average().orElseThrow();
    line(
        "%-14s of %d documents a query to fp32: mean %.4f, worst %.4f",
        "Kendall's tau",
        exact.get(0).hits().size(),
        mean,
        Arrays.stream(taus).min().orElseThrow());
    line("%-14s %.4f of a logit", "largest error", largest);
    line("%-14s %.1f %% the same", "best document", 100.0 * same / taus.length);
    fault(!(mean >= LEAST_MEAN_TAU), "the mean of Kendall's tau is %.4f", mean);
  }

  /** Compares what was found, query by query. */
  void compareRankings(List<SearchResult> exact, List<SearchResult> other) throws IOException {
    int largest = 0;
    boolean lost = false;
    double sum = 0;
    for (int i = 0; i < exact.size(); i++) {
      List<String> expected = ids(exact.get(i));
      List<String> actual = ids(other.get(i));
      int top = Math.min(TOP, expected.size());
      for (int rank = 0; rank < top; rank++) {
        int now = actual.indexOf(expected.get(rank));
        lost |= now < 0;
        largest = Math.max(largest, Math.abs((now < 0 ? actual.size() : now) - rank));
      }
      List<String> found = actual.subList(0, top);
      sum += (double) expected.subList(0, top).stream().filter(found::contains).count() / top;
    }
    shared = sum / exact.size();
    line("%-14s %.1f %% the same on average", "best " + TOP + " hits", 100 * shared);
    line(
        "%-14s %s%d ranks, of one of the best " + TOP,
        "largest change",
        lost ? "more than " : "",
        largest);
  }

  private static List<String> ids(SearchResult result) {
    return result.hits().stream().map(hit -> hit.document().id()).toList();
  }

  void compareNdcg(double exact, double other) throws IOException {
    judged = true;
    line("%-14s fp32 %.4f, %s %.4f", "nDCG@10", exact, name, other);
    fault(exact - other > MOST_NDCG_LOST, "nDCG@10 is %.4f lower", exact - other);
  }

  void compareRecall(double exact, double other) throws IOException {
    line("%-14s fp32 %.4f, %s %.4f", "recall@100", exact, name, other);
    fault(exact - other > MOST_RECALL_LOST, "recall@100 is %.4f lower", exact - other);
  }

  void addRound(Throughput exact, Throughput other) {
    exactRounds.add(exact);
    otherRounds.add(other);
  }

  private void writeSpeed(String unit, ToDoubleFunction<Throughput> speed) throws IOException {
    double exact = median(exactRounds, speed);
    double other = median(otherRounds, speed);
    line("%-14s fp32 %.1f, %s %.1f: %.2f times", unit, exact, name, other, other / exact);
  }

  private static double median(List<Throughput> rounds, ToDoubleFunction<Throughput> speed) {
    double[] all = rounds.stream().mapToDouble(speed).sorted().toArray();
    return all[all.length / 2];
  }

  /** Writes what each model added; all in bytes, negative for unknown. */
  void writeMemory(long before, long between, long after) throws IOException {
    if (before < 0) {
      line("%-14s not known on this system", "memory");
      return;
    }
    line(
        "%-14s fp32 %d MiB, %s %d MiB: anonymous memory of the process that opening added",
        "memory", Math.max(0, between - before) >> 20, name, Math.max(0, after - between) >> 20);
  }

  /** Returns the anonymous memory of this process in bytes; -1 where Linux does not tell. */
  static long anonymousMemory() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }

  /**
   * Writes the speed and the judgement.
   *
   * @return whether the precision is safe
   */
  boolean finish() throws IOException {
    writeSpeed("texts/s", Throughput::textsPerSecond);
    writeSpeed("tokens/s", Throughput::tokensPerSecond);
    fault(!judged && shared < LEAST_SHARED, "%.1f %% of the best hits are the same", 100 * shared);
    line(
        "%s",
        faults.isEmpty()
            ? name + " is safe here"
            : name + " is NOT safe here: " + String.join("; ", faults));
    out.flush();
    return faults.isEmpty();
  }

  private void fault(boolean present, String what, double value) {
    if (present) {
      faults.add(String.format(Locale.ROOT, what, value));
    }
  }

  private void line(String format, Object... values) throws IOException {
    out.write(String.format(Locale.ROOT, format + "\n", values));
  }
}
