package io.github.bge4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.langchain4j.data.segment.TextSegment;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.langchain4j.BgeEmbeddingModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What LangChain4j's interface costs on top of an embedder: the same texts by both, in turns, one
 * embedder for both. On the tests' tiny BGE-M3, whose runs are so short that some microseconds
 * show: one text, by the clock, and a bulk call, by the CPU time of the calling thread, which runs
 * no model there, so that what is left is the call itself. On the bundled model: a bulk call, by
 * the clock and by the CPU time of the process.
 *
 * <p>From the project's root; arguments are rounds, texts of a bulk call (some 60 tokens each) and
 * pairs of calls a round:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.LangChain4jAdapterCost 9 256 5000
 * </pre>
 */
public final class LangChain4jAdapterCost {

  private static final Path TINY = Path.of("bge-core", "src", "test", "resources", "golden", "m3");

  /** Some 60 tokens of English. */
  private static final int WORDS = 45;

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final int rounds;

  private LangChain4jAdapterCost(int rounds) {
    this.rounds = rounds;
  }

  /**
   * Measures and prints.
   *
   * @param args rounds, texts of a bulk call, pairs of calls a round
   */
  public static void main(String[] args) throws IOException {
    LangChain4jAdapterCost cost = new LangChain4jAdapterCost(Integer.parseInt(args[0]));
    List<String> texts = texts(Integer.parseInt(args[1]));
    int pairs = Integer.parseInt(args[2]);
    try (BgeEmbedder tiny =
        BgeEmbedder.builder().model(ModelSource.directory(TINY)).build()) {
      cost.calls(tiny, List.of(Corpus.query()), pairs, System::nanoTime);
    }
    try (BatchExecutor executor = BatchExecutor.builder().callersRun(false).build();
        BgeEmbedder tiny = BgeEmbedder.builder()
            .model(ModelSource.directory(TINY))
            .executor(executor)
            .build()) {
      cost.calls(tiny, texts, Math.max(1, pairs / 500), THREADS::getCurrentThreadCpuTime);
    }
    try (BgeEmbedder small =
        BgeEmbedder.builder().model(EngineKind.bundledModel()).build()) {
      cost.bulk(small, texts);
    }
  }

  private static List<String> texts(int count) {
    return Corpus.passages(count, 400).stream()
        .map(text -> Arrays.stream(text.split(" ")).limit(WORDS).collect(Collectors.joining(" ")))
        .toList();
  }

  private void calls(BgeEmbedder embedder, List<String> texts, int pairs, LongSupplier clock)
      throws IOException {
    BgeEmbeddingModel model = BgeEmbeddingModel.of(embedder);
    List<TextSegment> segments = texts.stream().map(TextSegment::from).toList();
    Runnable direct = () -> embedder.dense(texts);
    Runnable adapted = () -> model.embedAll(segments);
    double[] extra = new double[rounds];
    // The first round warms up.
    for (int round = -1; round < rounds; round++) {
      double[] directMicros = new double[pairs];
      double[] adaptedMicros = new double[pairs];
      for (int i = 0; i < pairs; i++) {
        if (i % 2 == 0) {
          directMicros[i] = micros(direct, clock);
          adaptedMicros[i] = micros(adapted, clock);
        } else {
          adaptedMicros[i] = micros(adapted, clock);
          directMicros[i] = micros(direct, clock);
        }
      }
      double ours = median(directMicros);
      double theirs = median(adaptedMicros);
      System.out.printf(
          Locale.ROOT,
          "%d texts: direct %.1f us, by LangChain4j %.1f us, load %.1f%n",
          texts.size(),
          ours,
          theirs,
          ProcessMemory.loadAverage());
      if (round >= 0) {
        extra[round] = theirs - ours;
      }
    }
    System.out.printf("a call of %d texts costs %s us more%n", texts.size(), spread(extra));
  }

  private void bulk(BgeEmbedder embedder, List<String> texts) throws IOException {
    BgeEmbeddingModel model = BgeEmbeddingModel.of(embedder);
    List<TextSegment> segments = texts.stream().map(TextSegment::from).toList();
    System.out.printf(
        "bulk: %d texts, %d tokens%n",
        texts.size(), texts.stream().mapToInt(embedder::countTokens).sum());
    double[] wall = new double[rounds];
    double[] cpu = new double[rounds];
    for (int round = -1; round < rounds; round++) {
      boolean directFirst = round % 2 == 0;
      Run first =
          Run.of(directFirst ? () -> embedder.dense(texts) : () -> model.embedAll(segments));
      Run second =
          Run.of(directFirst ? () -> model.embedAll(segments) : () -> embedder.dense(texts));
      Run direct = directFirst ? first : second;
      Run adapted = directFirst ? second : first;
      System.out.printf(
          Locale.ROOT,
          "bulk: direct %.2f s, CPU %.2f s; by LangChain4j %.2f s, CPU %.2f s; load %.1f%n",
          direct.wall / 1e9,
          direct.cpu / 1e9,
          adapted.wall / 1e9,
          adapted.cpu / 1e9,
          ProcessMemory.loadAverage());
      if (round >= 0) {
        wall[round] = adapted.wall / direct.wall;
        cpu[round] = adapted.cpu / direct.cpu;
      }
    }
    System.out.printf("in bulk it takes %s times the time%n", spread(wall));
    System.out.printf("in bulk it takes %s times the CPU time%n", spread(cpu));
  }

  private static double micros(Runnable call, LongSupplier nanos) {
    long start = nanos.getAsLong();
    call.run();
    return (nanos.getAsLong() - start) / 1e3;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static String spread(double[] values) {
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f to %.3f)",
        median(values),
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow());
  }

  /** Nanoseconds of one bulk call, by the clock and by all threads of this process. */
  private record Run(double wall, double cpu) {

    static Run of(Runnable call) {
      long cpu = PROCESS.getProcessCpuTime();
      long start = System.nanoTime();
      call.run();
      return new Run(System.nanoTime() - start, PROCESS.getProcessCpuTime() - cpu);
    }
  }
}
