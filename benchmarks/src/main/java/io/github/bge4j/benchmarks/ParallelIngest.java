package io.github.bge4j.benchmarks;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * Clients that all send a call of many texts at the same moment, on the bundled model: first with a
 * time limit of so many times what one call takes alone, then without a limit. Prints when each
 * call ended, in units of a call alone, and how it ended.
 *
 * <p>From the project's root; arguments are clients with a limit, the limit, clients without, texts
 * a call, and rounds:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.ParallelIngest 6 3.3 10 64 3
 * </pre>
 */
public final class ParallelIngest {

  private final BgeEmbedder embedder;
  private final List<String> texts;
  private double aloneNanos;

  private ParallelIngest(BgeEmbedder embedder, int count) {
    this.embedder = embedder;
    this.texts = Corpus.passages(count, 200);
  }

  /**
   * Runs both phases in turns.
   *
   * @param args clients with a limit, the limit in calls alone, clients without, texts a call,
   *     rounds
   */
  public static void main(String[] args) throws InterruptedException {
    try (BgeEmbedder embedder =
        BgeEmbedder.builder().model(EngineKind.bundledModel()).build()) {
      ParallelIngest ingest = new ParallelIngest(embedder, Integer.parseInt(args[3]));
      for (int round = 0; round < Integer.parseInt(args[4]); round++) {
        ingest.measureAlone();
        double limit = Double.parseDouble(args[1]);
        Duration time = Duration.ofNanos((long) (limit * ingest.aloneNanos));
        ingest.phase(
            "limit " + limit, Integer.parseInt(args[0]), RequestOptions.bulk().withDeadline(time));
        ingest.phase("no limit", Integer.parseInt(args[2]), RequestOptions.bulk());
      }
    }
  }

  private void measureAlone() {
    double[] nanos = new double[3];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      embedder.embed(texts, InputType.PASSAGE, RequestOptions.bulk(), Output.DENSE);
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    aloneNanos = nanos[1];
  }

  private void phase(String name, int clients, RequestOptions options) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    List<String> ends = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Thread thread = new Thread(() -> {
        String end = call(start, options);
        synchronized (ends) {
          ends.add(end);
        }
      });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.printf(
        "%-10s one call alone %5.2f s; %s%n",
        name, aloneNanos / 1e9, ends.stream().collect(Collectors.joining(", ")));
  }

  private String call(CountDownLatch start, RequestOptions options) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    String end = "answered";
    long from = System.nanoTime();
    try {
      embedder.embed(texts, InputType.PASSAGE, options, Output.DENSE);
    } catch (RuntimeException e) {
      end = e.getClass().getSimpleName();
    }
    return String.format("%s after %.1f", end, (System.nanoTime() - from) / aloneNanos);
  }
}
