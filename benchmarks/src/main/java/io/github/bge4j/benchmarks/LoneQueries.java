package io.github.bge4j.benchmarks;

import dev.langchain4j.model.embedding.onnx.bgesmallenv15.BgeSmallEnV15EmbeddingModel;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Queries one by one on the bundled model, and passages in bulk: this library by default, with one
 * thread a run as it was before a lone query took the idle cores, with one worker of all cores;
 * ONNX Runtime alone with its defaults, and LangChain4j; in turns. With neighbours, so many other
 * threads keep computing meanwhile.
 *
 * <p>From the project's root; arguments are rounds, queries a round, passages a round, and
 * neighbours:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.LoneQueries 5 225 64 0
 * </pre>
 */
public final class LoneQueries {

  private final Map<String, Consumer<String>> single = new LinkedHashMap<>();
  private final Map<String, Consumer<List<String>>> bulk = new LinkedHashMap<>();
  private final Map<String, List<double[]>> measured = new LinkedHashMap<>();
  private final List<BgeEmbedder> open = new ArrayList<>();

  private LoneQueries() {}

  /**
   * Measures and prints.
   *
   * @param args rounds, queries a round, passages a round, neighbours
   */
  public static void main(String[] args) throws IOException {
    for (int i = 0; i < Integer.parseInt(args[3]); i++) {
      Thread neighbour = new Thread(LoneQueries::compute);
      neighbour.setDaemon(true);
      neighbour.start();
    }
    new LoneQueries()
        .run(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
  }

  private static void compute() {
    double sum = 0;
    for (long i = 1; sum < Double.MAX_VALUE; i++) {
      sum += Math.sqrt((double) i) * 1e-300;
    }
  }

  private void run(int rounds, int queries, int passages) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    add("by default", BgeEmbedder.builder());
    add("one thread a run", BgeEmbedder.builder().threadsPerWorker(1));
    add("one worker, all cores", BgeEmbedder.builder().workers(1).threadsPerWorker(cores));
    // One text is never padded: ONNX Runtime with its defaults, all cores, on the file as it is.
    Engine alone = EngineKind.PADDED_BATCHES.open(Path.of(""));
    single.put("ONNX Runtime alone", text -> alone.embed(List.of(text)));
    BgeSmallEnV15EmbeddingModel langchain4j = new BgeSmallEnV15EmbeddingModel();
    single.put("LangChain4j", langchain4j::embed);
    List<String> texts = Corpus.queries();
    List<String> documents = passages == 0 ? List.of() : Corpus.passages(passages, 200);
    List<Map.Entry<String, Consumer<String>>> turns = new ArrayList<>(single.entrySet());
    for (int round = -1; round < rounds; round++) {
      // None always comes after the same other.
      Collections.rotate(turns, 1);
      for (Map.Entry<String, Consumer<String>> engine : turns) {
        String name = engine.getKey();
        double[] figures = measure(
            engine.getValue(),
            bulk.get(name),
            texts.subList(0, Math.min(queries, texts.size())),
            documents);
        if (round >= 0) {
          measured.computeIfAbsent(name, key -> new ArrayList<>()).add(figures);
          print("round " + round + " " + name, figures);
        }
      }
    }
    for (Map.Entry<String, List<double[]>> engine : measured.entrySet()) {
      print("median " + engine.getKey(), ranked(engine.getValue(), 0.5));
      print("best   " + engine.getKey(), ranked(engine.getValue(), 0));
    }
    open.forEach(BgeEmbedder::close);
    alone.close();
  }

  private void add(String name, BgeEmbedderBuilder builder) {
    BgeEmbedder embedder = builder.model(EngineKind.bundledModel()).build();
    open.add(embedder);
    single.put(name, embedder::dense);
    bulk.put(name, embedder::dense);
  }

  /** Returns milliseconds of a query at the median and the 99th percentile, and passages/s. */
  private static double[] measure(
      Consumer<String> engine,
      @Nullable Consumer<List<String>> many,
      List<String> texts,
      List<String> documents) {
    double[] millis = new double[texts.size()];
    for (int i = 0; i < millis.length; i++) {
      long start = System.nanoTime();
      engine.accept(texts.get(i));
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    double rate = Double.NaN;
    if (many != null && !documents.isEmpty()) {
      long start = System.nanoTime();
      many.accept(documents);
      rate = documents.size() / ((System.nanoTime() - start) / 1e9);
    }
    return new double[] {millis[millis.length / 2], millis[millis.length * 99 / 100], rate};
  }

  /** Returns each figure of the round that is so far from the best: 0.5 for the median. */
  private static double[] ranked(List<double[]> all, double rank) {
    double[] figures = new double[all.get(0).length];
    for (int i = 0; i < figures.length; i++) {
      int figure = i;
      // Milliseconds are best at their least, passages a second at their most.
      double sign = figure == 2 ? -1 : 1;
      double[] sorted =
          all.stream().mapToDouble(row -> sign * row[figure]).sorted().toArray();
      figures[i] = sign * sorted[(int) (rank * sorted.length)];
    }
    return figures;
  }

  private static void print(String name, double[] figures) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%-32s p50 %6.2f ms  p99 %6.2f ms  bulk %6.2f passages/s  load %s%n",
        name,
        figures[0],
        figures[1],
        figures[2],
        Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }
}
