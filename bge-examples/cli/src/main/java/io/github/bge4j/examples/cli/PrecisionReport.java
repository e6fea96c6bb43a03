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
import java.util.function.ToDoubleFunction;

/** Writes what a precision changes, line by line, and judges it. Not thread-safe. */
final class PrecisionReport {

  /** What {@link #finish} judges by. */
  static final String RULE = "mean cosine at least 0.995, worst at least 0.98; where there are"
      + " judgements, nDCG@10 at most 0.003 lower and recall@100 at most 0.005; where there are"
      + " none, nine of the ten best hits the same on average.";

  private static final double LEAST_MEAN_COSINE = 0.995;
  private static final double LEAST_COSINE = 0.98;
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

  /** Compares vectors one by one, by their cosine. */
  void compareVectors(List<float[]> exact, List<float[]> other, Similarity similarity)
      throws IOException {
    double[] cosines = new double[exact.size()];
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = Similarity.COSINE.of(exact.get(i), other.get(i));
    }
    Arrays.sort(cosines);
    double mean = Arrays.stream(cosines).average().orElseThrow();
    line(
        "%-14s mean %.5f, median %.5f, worst of 20 %.5f, worst of 100 %.5f, worst %.5f",
        "cosine to fp32",
        mean,
        cosines[cosines.length / 2],
        cosines[cosines.length / 20],
        cosines[cosines.length / 100],
        cosines[0]);
    line("%-14s by %s", "rankings", similarity.name().toLowerCase(Locale.ROOT));
    // Not a number counts as a fault.
    fault(!(mean >= LEAST_MEAN_COSINE), "the mean cosine is %.5f", mean);
    fault(!(cosines[0] >= LEAST_COSINE), "the worst cosine is %.5f", cosines[0]);
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

  void compareEvaluations(Evaluation exact, Evaluation other) throws IOException {
    judged = true;
    line("%-14s fp32 %.4f, %s %.4f", "nDCG@10", exact.ndcgAt10(), name, other.ndcgAt10());
    line("%-14s fp32 %.4f, %s %.4f", "recall@100", exact.recallAt100(), name, other.recallAt100());
    double ndcg = exact.ndcgAt10() - other.ndcgAt10();
    double recall = exact.recallAt100() - other.recallAt100();
    fault(ndcg > MOST_NDCG_LOST, "nDCG@10 is %.4f lower", ndcg);
    fault(recall > MOST_RECALL_LOST, "recall@100 is %.4f lower", recall);
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
