package io.github.bge4j.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import com.google.gson.GsonBuilder;
import io.github.bge4j.benchmarks.Measurements.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The measurements as Markdown tables, JSON and a chart.
 *
 * @param passageTokens of each document of the bulk call
 */
record PeersReport(
    List<Peer> peers,
    Measurements measurements,
    Map<String, String> options,
    long[] passageTokens,
    int questions) {

  static final String GEMM = "GEMM";
  static final String LOAD = "load average";
  static final String START = "start to first vector, s";
  static final String REST = "memory at rest, MiB";
  static final String PEAK = "peak memory, MiB";
  static final String SPEED = "tokens/s";
  static final String CPU_SPEED = "tokens/CPU s";
  static final String P50 = "query p50, ms";
  static final String P99 = "query p99, ms";
  static final String LEAST_COSINE = "least cosine";
  static final String MEAN_COSINE = "mean cosine";
  static final String NDCG = "nDCG@10";
  static final String RERANK = "pairs/s";
  static final String RERANK_CPU = "pairs/CPU s";
  static final String SCORE_DIFFERENCE = "largest difference of a score";

  private static final int LAYERS = 12;
  private static final int HIDDEN = 384;
  private static final int INNER = 1536;

  static String gemm(GemmCeiling shape, int rows, boolean integers) {
    return (integers ? "int8" : "fp32") + " K=" + shape.depth() + " N=" + shape.columns() + " M="
        + rows;
  }

  /**
   * Writes {@code peers.md}, {@code peers.json} and {@code throughput.svg} and prints the first.
   */
  void write(Path folder, @Nullable String python) throws IOException {
    Files.createDirectories(folder);
    Map<String, String> machine = Machine.describe(python);
    machine.put("ONNX Runtime of the JVM", OrtEnvironment.getEnvironment().getVersion());
    String markdown = markdown(machine);
    Files.writeString(folder.resolve("peers.md"), markdown);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("machine", machine);
    json.put("options", options);
    json.put("tokens", Arrays.stream(passageTokens).sum());
    json.put("measurements", measurements.all());
    Files.writeString(
        folder.resolve("peers.json"),
        new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n");
    List<ThroughputChart.Bar> bars = measured().stream()
        .map(peer -> new ThroughputChart.Bar(
            peer.name(), measurements.spread(peer.name(), SPEED), peer.name().startsWith("bge4j")))
        .sorted(
            (left, right) -> Double.compare(right.value().median(), left.value().median()))
        .toList();
    String title = "bge-small-en-v1.5, tokens per second in bulk, " + machine.get("cores")
        + " cores (" + machine.get("best instructions") + ")";
    Files.writeString(folder.resolve("throughput.svg"), ThroughputChart.svg(title, bars));
    System.out.println(markdown);
  }

  private List<Peer> measured() {
    return peers.stream()
        .filter(
            peer -> peer.leftOut() == null && measurements.failure(peer.name()).isEmpty())
        .toList();
  }

  private String markdown(Map<String, String> machine) {
    StringBuilder text = new StringBuilder();
    machine.forEach((name, value) ->
        text.append("- ").append(name).append(": ").append(value).append('\n'));
    text.append(String.format(
        Locale.ROOT,
        "- %s rounds, %d documents of %d tokens in one call, %d queries one by one; medians, in"
            + " brackets the least and the most%n",
        options.get("rounds"),
        passageTokens.length,
        Arrays.stream(passageTokens).sum(),
        questions));
    text.append("\n## Throughput, quality\n\n");
    table(
        text,
        Map.of(LEAST_COSINE, 5, MEAN_COSINE, 5, NDCG, 4, LOAD, 1),
        false,
        SPEED,
        CPU_SPEED,
        LEAST_COSINE,
        MEAN_COSINE,
        NDCG,
        LOAD);
    text.append("\n## One query at a time, memory, start\n\n");
    table(text, Map.of(P50, 1, P99, 1, START, 2), false, P50, P99, REST, PEAK, START);
    text.append("\n## Reranking, 1 query and 100 documents\n\n");
    table(
        text,
        Map.of(RERANK, 1, RERANK_CPU, 1, SCORE_DIFFERENCE, 4),
        true,
        RERANK,
        RERANK_CPU,
        SCORE_DIFFERENCE);
    ceiling(text);
    leftOut(text);
    return text.toString();
  }

  private void table(
      StringBuilder text, Map<String, Integer> digits, boolean rerankers, String... figures) {
    text.append("| engine | ").append(String.join(" | ", figures)).append(" |\n|---|");
    text.append("---|".repeat(figures.length)).append('\n');
    for (Peer peer : peers) {
      String name = rerankers ? peer.reranker() : peer.name();
      if (measurements.has(name, figures[0]) && measurements.failure(name).isEmpty()) {
        text.append("| ").append(peer.name()).append(" |");
        for (String figure : figures) {
          String shown = measurements.spread(name, figure).format(digits.getOrDefault(figure, 0));
          text.append(' ').append(measurements.has(name, figure) ? shown : "-").append(" |");
        }
        text.append('\n');
      }
    }
  }

  private void ceiling(StringBuilder text) {
    text.append("\n## What this machine can do: one product of matrices in ONNX Runtime\n\n");
    text.append("Billions of operations per CPU second, all cores at once.\n\n");
    text.append("| | fp32 | int8 |\n|---|---|---|\n");
    double[] best = {0, 0};
    for (GemmCeiling shape : GemmCeiling.SHAPES) {
      for (int rows : GemmCeiling.ROWS) {
        Spread fp32 = measurements.spread(GEMM, gemm(shape, rows, false));
        Spread int8 = measurements.spread(GEMM, gemm(shape, rows, true));
        if (shape.depth() == HIDDEN) {
          best[0] = Math.max(best[0], fp32.median());
          best[1] = Math.max(best[1], int8.median());
        }
        text.append(String.format(
            Locale.ROOT,
            "| K=%d N=%d M=%d | %s | %s |%n",
            shape.depth(),
            shape.columns(),
            rows,
            fp32.format(0),
            int8.format(0)));
      }
    }
    text.append('\n');
    share(text, "bge4j fp32", best[0], "fp32");
    share(text, "bge4j int8", best[1], "int8");
  }

  private void share(StringBuilder text, String engine, double ceiling, String kind) {
    if (!measurements.has(engine, CPU_SPEED)) {
      return;
    }
    double speed = measurements.spread(engine, CPU_SPEED).median();
    double tokens = Arrays.stream(passageTokens).sum();
    double perToken = gigaflops() / tokens;
    text.append(String.format(
        Locale.ROOT,
        "%s: %.1f useful GFLOP per CPU second in bulk, %.0f %% of the best %s product with K=%d.%n",
        engine,
        speed * perToken,
        100 * speed * perToken / ceiling,
        kind,
        HIDDEN));
  }

  /** Two operations for each weight of a linear layer and token, and attention's two products. */
  private double gigaflops() {
    double linear = 2.0 * LAYERS * (4.0 * HIDDEN * HIDDEN + 2.0 * HIDDEN * INNER);
    return Arrays.stream(passageTokens)
            .mapToDouble(length -> linear * length + 4.0 * LAYERS * HIDDEN * length * length)
            .sum()
        / 1e9;
  }

  private void leftOut(StringBuilder text) {
    StringBuilder rows = new StringBuilder();
    for (Peer peer : peers) {
      if (peer.leftOut() != null) {
        rows.append("- ")
            .append(peer.name())
            .append(": ")
            .append(peer.leftOut())
            .append('\n');
      }
    }
    for (Measurements.Measurement failed : measurements.all()) {
      if (!failed.failure().isEmpty()) {
        rows.append("- ")
            .append(failed.engine())
            .append(": ")
            .append(failed.failure())
            .append('\n');
      }
    }
    if (!rows.isEmpty()) {
      text.append("\nLeft out:\n\n").append(rows);
    }
  }
}
