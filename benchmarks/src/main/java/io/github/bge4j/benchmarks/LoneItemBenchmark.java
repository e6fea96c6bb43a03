package io.github.bge4j.benchmarks;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.RequestOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the executor adds to the time of a lone item, beside what this machine takes to hand
 * anything to another thread and back.
 *
 * <p>From the project's root:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -jar benchmarks/target/benchmarks.jar LoneItemBenchmark -rf json -rff lone.json
 * </pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(5)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class LoneItemBenchmark {

  private BatchExecutor executor;
  private BatchQueue<Integer, Integer> queue;
  private Thread partner;
  private volatile Thread caller;
  private volatile boolean asked;
  private volatile boolean ended;

  /** Starts the executor and the partner. */
  @Setup
  public void open() {
    executor = BatchExecutor.builder().workers(2).build();
    queue = executor.register(
        "none", BatchLimits.packed(64, 1 << 20), item -> 1, (items, context) -> items);
    partner = new Thread(this::answer);
    partner.start();
  }

  private void answer() {
    while (!ended) {
      if (asked) {
        asked = false;
        LockSupport.unpark(caller);
      } else {
        LockSupport.park(this);
      }
    }
  }

  /**
   * Stops both.
   *
   * @throws InterruptedException never
   */
  @TearDown
  public void close() throws InterruptedException {
    executor.close();
    ended = true;
    LockSupport.unpark(partner);
    partner.join();
  }

  /**
   * Blocks for an item, which runs in the calling thread.
   *
   * @return its result
   * @throws InterruptedException never
   */
  @Benchmark
  public Object invoke() throws InterruptedException {
    return queue.invoke(1, RequestOptions.query());
  }

  /**
   * Submits an item and waits for its future: to a worker, to the completion pool, and back.
   *
   * @return its result
   * @throws ExecutionException if it fails
   * @throws InterruptedException never
   */
  @Benchmark
  public Object submitAndGet() throws ExecutionException, InterruptedException {
    return queue.submit(1, RequestOptions.query()).get();
  }

  /** Wakes another thread, and is woken by it: two of the three hand-overs above. */
  @Benchmark
  public void parkAndUnpark() {
    caller = Thread.currentThread();
    asked = true;
    LockSupport.unpark(partner);
    while (asked) {
      LockSupport.park(this);
    }
  }
}
