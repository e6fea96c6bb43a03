package io.github.bge4j.benchmarks;

import dev.langchain4j.model.embedding.onnx.bgesmallenv15.BgeSmallEnV15EmbeddingModel;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Queries one by one on the bundled model, and passages in bulk: this library by default, with one
 * thread a run as it was before a lone query took the idle cores, with one worker of all cores, and
 * LangChain4j; in turns. With neighbours, so many other threads keep computing meanwhile.
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
    BgeSmallEnV15EmbeddingModel langchain4j = new BgeSmallEnV15EmbeddingModel();
    single.put("LangChain4j", langchain4j::embed);
    List<String> texts = Corpus.queries();
    List<String> documents = passages == 0 ? List.of() : Corpus.passages(passages, 200);
    for (int round = -1; round < rounds; round++) {
      for (Map.Entry<String, Consumer<String>> engine : single.entrySet()) {
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
      print("median " + engine.getKey(), median(engine.getValue()));
    }
    open.forEach(BgeEmbedder::close);
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

  private static double[] median(List<double[]> all) {
    double[] medians = new double[all.get(0).length];
    for (int i = 0; i < medians.length; i++) {
      int figure = i;
      medians[i] = all.stream().mapToDouble(row -> row[figure]).sorted().toArray()[all.size() / 2];
    }
    return medians;
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
