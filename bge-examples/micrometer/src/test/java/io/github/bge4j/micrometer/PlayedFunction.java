package io.github.bge4j.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.batching.BatchFunction;
import io.github.bge4j.batching.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A function whose runs wait for the test, then take 3 ms on a clock that nothing but the test and
 * the runs moves.
 */
final class PlayedFunction implements BatchFunction<Integer, Integer>, Ticker {

  /** An item that fails. */
  static final int FAILS = 13;

  /** An item that kills the worker. */
  static final int KILLS = 666;

  private final AtomicLong now = new AtomicLong();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  @Override
  public List<Integer> run(List<Integer> items, BatchContext context) throws InterruptedException {
    started.countDown();
    await(opened);
    advance(Duration.ofMillis(3));
    if (items.contains(FAILS)) {
      throw new IllegalArgumentException("test");
    }
    if (items.contains(KILLS)) {
      throw new StackOverflowError("test");
    }
    return items;
  }

  @Override
  public long read() {
    return now.get();
  }

  void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }

  /** Waits until a run has started. */
  void awaitStart() throws InterruptedException {
    await(started);
  }

  /** Lets this run and all later ones end. */
  void open() {
    opened.countDown();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
