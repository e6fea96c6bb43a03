package io.github.bge4j.benchmarks;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.RequestOptions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the executor costs when the batch function costs nothing: items per second from four
 * threads, one or 16 a request.
 *
 * <p>From the project's root:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -jar benchmarks/target/benchmarks.jar BatchExecutorBenchmark -prof gc -rf json -rff executor.json
 * </pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(4)
@Fork(5)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class BatchExecutorBenchmark {

  private static final int MANY = 16;
  private static final int MAX_BATCH = 64;
  private static final List<Integer> ITEMS = IntStream.range(0, MANY).boxed().toList();

  /** Threads that run batches. */
  @Param({"1", "2"})
  public int workers;

  private BatchExecutor executor;
  private BatchQueue<Integer, Integer> queue;

  /** Starts the executor. */
  @Setup
  public void open() {
    executor = BatchExecutor.builder().workers(workers).maxQueuedItems(65_536).build();
    queue = executor.register(
        "none", BatchLimits.packed(MAX_BATCH, 1 << 20), item -> 1, (items, context) -> items);
  }

  /** Stops it. */
  @TearDown
  public void close() {
    executor.close();
  }

  /** The requests of one thread that are on their way. */
  @State(Scope.Thread)
  public static class Window {

    private static final int SIZE = 256;

    private final ArrayDeque<CompletableFuture<?>> requests = new ArrayDeque<>();

    private Object add(CompletableFuture<?> request)
        throws ExecutionException, InterruptedException {
      requests.add(request);
      return requests.size() > SIZE ? requests.remove().get() : request;
    }
  }

  /**
   * Submits one item, and waits for the one submitted 256 requests before.
   *
   * @param window of the thread
   * @return something of the result
   * @throws Exception if a request fails
   */
  @Benchmark
  public Object single(Window window) throws Exception {
    return window.add(queue.submit(1, RequestOptions.query()));
  }

  /**
   * Submits 16 items at once, and waits for those submitted 256 requests before.
   *
   * @param window of the thread
   * @return something of the result
   * @throws Exception if a request fails
   */
  @Benchmark
  @OperationsPerInvocation(MANY)
  public Object sixteen(Window window) throws Exception {
    return window.add(queue.submitAll(ITEMS, RequestOptions.query()));
  }

  /**
   * Blocks for one item.
   *
   * @return its result
   * @throws InterruptedException never
   */
  @Benchmark
  public Object blocking() throws InterruptedException {
    return queue.invoke(1, RequestOptions.query());
  }
}
