package io.github.bge4j.benchmarks;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.DeadlineExceededException;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.OverloadedException;
import io.github.bge4j.batching.RequestOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Offers an executor five times what it can do for a minute, open loop, and prints every ten
 * seconds what became of it and the memory of the process (Linux).
 *
 * <p>The device is a fake: one batch at a time, 2 ms for up to 16 items. So 8,000 items/s are its
 * capacity, and 40,000/s are offered. The deadline is 200 ms, the queue holds 100 ms of work.
 *
 * <p>From the project's root:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -Xmx256m -Xms256m -XX:+AlwaysPreTouch -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.OverloadSoak
 * </pre>
 */
public final class OverloadSoak {

  private static final int BATCH = 16;
  private static final long BATCH_NANOS = 2_000_000;
  private static final long OFFERED_PER_SECOND = 5L * BATCH * 1_000_000_000 / BATCH_NANOS;
  private static final Duration DEADLINE = Duration.ofMillis(200);
  private static final int QUEUE = 800;
  private static final int SECONDS = 60;

  private final LongAdder served = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder expired = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicLong slowest = new AtomicLong();

  private OverloadSoak() {}

  /**
   * Runs the soak.
   *
   * @param args none
   * @throws IOException if the process status cannot be read
   */
  public static void main(String[] args) throws IOException {
    new OverloadSoak().run();
  }

  private void run() throws IOException {
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(1).maxQueuedItems(QUEUE).build()) {
      BatchQueue<Long, Long> queue = executor.register(
          "fake", BatchLimits.packed(BATCH, 1 << 20), item -> 1, (items, context) -> {
            LockSupport.parkNanos(BATCH_NANOS);
            return items;
          });
      long start = System.nanoTime();
      long offered = 0;
      for (int second = 0; second <= SECONDS; second++) {
        while (System.nanoTime() - start < second * 1_000_000_000L) {
          long due = (System.nanoTime() - start) * OFFERED_PER_SECOND / 1_000_000_000;
          for (; offered < due; offered++) {
            offer(queue);
          }
          LockSupport.parkNanos(200_000);
        }
        if (second % 10 == 0) {
          print(second, offered, executor.queuedItems(Lane.QUERY));
        }
      }
    }
  }

  private void offer(BatchQueue<Long, Long> queue) {
    long submitted = System.nanoTime();
    var unused = queue
        .submit(submitted, RequestOptions.within(DEADLINE).refusedWhenFull())
        .whenComplete((result, failure) -> count(submitted, result, failure));
  }

  private void count(long submitted, @Nullable Long result, @Nullable Throwable failure) {
    long nanos = System.nanoTime() - submitted;
    if (failure instanceof OverloadedException) {
      rejected.increment();
    } else if (failure instanceof DeadlineExceededException) {
      expired.increment();
    } else if (result == null || result != submitted) {
      failed.increment();
    } else {
      served.increment();
      slowest.accumulateAndGet(nanos, Math::max);
      if (nanos > DEADLINE.toNanos()) {
        late.increment();
      }
    }
  }

  private void print(int second, long offered, int queued) throws IOException {
    System.out.printf(
        "%2d s  offered %d  served %d (%d late, slowest %d ms)  rejected %d  expired %d  failed %d"
            + "  queued %d  %s%n",
        second,
        offered,
        served.sum(),
        late.sum(),
        slowest.get() / 1_000_000,
        rejected.sum(),
        expired.sum(),
        failed.sum(),
        queued,
        ProcessMemory.read());
  }
}
