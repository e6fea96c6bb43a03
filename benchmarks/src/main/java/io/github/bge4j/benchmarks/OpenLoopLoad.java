package io.github.bge4j.benchmarks;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * Single texts at a constant rate, whatever becomes of them, on the bundled model: queries alone,
 * then the same number of queries with one passage for every nine of them. Latency counts from the
 * moment at which a text was due.
 *
 * <p>Three ways to serve them: the batch executor; the batch executor with one text a run; and a
 * fixed pool with as many threads as cores, first come first served, on the same model.
 *
 * <p>From the project's root; arguments are queries a second, seconds of each phase and rounds:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.OpenLoopLoad 40 20 3
 * </pre>
 */
public final class OpenLoopLoad {

  private static final int QUERY_CHARS = 60;
  private static final int QUERIES_FOR_EACH_PASSAGE = 9;

  private final List<String> passages = Corpus.passages(200, 2 * QUERY_CHARS);
  private final int queriesPerSecond;
  private final int seconds;

  private OpenLoopLoad(int queriesPerSecond, int seconds) {
    this.queriesPerSecond = queriesPerSecond;
    this.seconds = seconds;
  }

  /**
   * Runs all ways, in turns.
   *
   * @param args queries a second, seconds of each phase, rounds
   */
  public static void main(String[] args) {
    OpenLoopLoad load = new OpenLoopLoad(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    for (int round = 0; round < Integer.parseInt(args[2]); round++) {
      load.runExecutor("executor", builder());
      load.runExecutor("executor, one text a run", builder().maxBatchTexts(1));
      load.runPool();
    }
  }

  private static BgeEmbedderBuilder builder() {
    return BgeEmbedder.builder().model(EngineKind.bundledModel());
  }

  private void runExecutor(String name, BgeEmbedderBuilder builder) {
    try (BgeEmbedder embedder = builder.build()) {
      run(name, embedder, (text, type) -> embedder.embedAsync(List.of(text), type, Output.DENSE));
    }
  }

  private void runPool() {
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (BgeEmbedder embedder = builder().maxBatchTexts(1).build()) {
      run(
          "fixed pool",
          embedder,
          (text, type) ->
              CompletableFuture.supplyAsync(() -> embedder.dense(List.of(text), type), pool));
    } finally {
      pool.shutdown();
    }
  }

  private void run(
      String name, BgeEmbedder embedder, BiFunction<String, InputType, CompletableFuture<?>> way) {
    embedder.dense(passages.subList(0, 20));
    long longest = longestRun(embedder);
    long[] alone = phase(way, 0).sorted(false);
    Phase mixed = phase(way, QUERIES_FOR_EACH_PASSAGE);
    long[] queries = mixed.sorted(false);
    long[] bulk = mixed.sorted(true);
    System.out.printf(
        "%-25s queries alone p50 %6.1f p99 %6.1f ms | with passages p50 %6.1f p99 %6.1f ms,"
            + " passages p50 %7.1f p99 %7.1f ms, %5.1f texts/s | longest run %5.1f ms | bound %6.1f ms%n",
        name,
        ms(alone, 50),
        ms(alone, 99),
        ms(queries, 50),
        ms(queries, 99),
        ms(bulk, 50),
        ms(bulk, 99),
        mixed.textsPerSecond(),
        longest / 1e6,
        3 * ms(alone, 99) + longest / 1e6);
  }

  /** Returns the nanoseconds of the longest passage alone, median of three. */
  private long longestRun(BgeEmbedder embedder) {
    String longest =
        passages.stream().max((a, b) -> Integer.compare(a.length(), b.length())).orElseThrow();
    long[] nanos = new long[3];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      embedder.dense(longest);
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[1];
  }

  private static double ms(long[] sortedNanos, int percent) {
    return sortedNanos.length == 0
        ? Double.NaN
        : sortedNanos[(sortedNanos.length - 1) * percent / 100] / 1e6;
  }

  /** Offers queries, and a passage after every {@code passageEvery} of them unless that is 0. */
  private Phase phase(BiFunction<String, InputType, CompletableFuture<?>> way, int passageEvery) {
    int queries = queriesPerSecond * seconds;
    Phase phase = new Phase(queries + (passageEvery == 0 ? 0 : queries / passageEvery));
    long interval = seconds * 1_000_000_000L / phase.size();
    for (int i = 0; i < phase.size(); i++) {
      long due = phase.start() + i * interval;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      boolean passage = passageEvery > 0 && i % (passageEvery + 1) == passageEvery;
      String text = passages.get(i % passages.size());
      phase.add(
          i,
          passage,
          due,
          passage
              ? way.apply(text, InputType.PASSAGE)
              : way.apply(text.substring(0, QUERY_CHARS - i % 20), InputType.QUERY));
    }
    phase.await();
    return phase;
  }

  /** What became of the texts of a phase. */
  private static final class Phase {

    private final long start = System.nanoTime();
    private final CompletableFuture<?>[] calls;
    private final boolean[] passages;
    private final long[] nanos;
    private long end;

    Phase(int size) {
      calls = new CompletableFuture<?>[size];
      passages = new boolean[size];
      nanos = new long[size];
    }

    int size() {
      return calls.length;
    }

    long start() {
      return start;
    }

    void add(int i, boolean passage, long due, CompletableFuture<?> call) {
      passages[i] = passage;
      calls[i] = call.whenComplete((result, failure) -> nanos[i] = System.nanoTime() - due);
    }

    void await() {
      CompletableFuture.allOf(calls).join();
      end = System.nanoTime();
    }

    double textsPerSecond() {
      return calls.length * 1e9 / (end - start);
    }

    long[] sorted(boolean ofPassages) {
      long[] chosen = new long[nanos.length];
      int count = 0;
      for (int i = 0; i < nanos.length; i++) {
        if (passages[i] == ofPassages) {
          chosen[count++] = nanos[i];
        }
      }
      long[] sorted = Arrays.copyOf(chosen, count);
      Arrays.sort(sorted);
      return sorted;
    }
  }
}
