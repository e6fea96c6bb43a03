package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One caller's items are made by several threads, as far ahead as the device needs. */
@Timeout(60)
class ItemMakersTest {

  private static final RequestOptions BULK = RequestOptions.bulk();

  private static ItemMakers makers(int threads, int workers) {
    return new ItemMakers(threads, workers, "test");
  }

  @Test
  void portion_byTheMeanCost_isAFullBatch() {
    BatchLimits limits = BatchLimits.packed(1_000, 16_000);
    try (ItemMakers makers = makers(1, 2)) {
      assertThat(makers.portion(20, limits)).isEqualTo(800);
      assertThat(makers.portion(1, limits)).as("no more items").isEqualTo(1_000);
      assertThat(makers.portion(8_000, limits)).as("no fewer").isEqualTo(64);
      assertThat(makers.portion(1, BatchLimits.packed(1_000, Long.MAX_VALUE))).isEqualTo(1_000);
    }
  }

  @Test
  void areEnough_aBatchForEachWorker_isTrue() {
    BatchLimits limits = BatchLimits.packed(1_000, 16_000);
    try (ItemMakers makers = makers(1, 2)) {
      assertThat(makers.areEnough(1_999, 31_999, limits)).isFalse();
      assertThat(makers.areEnough(2_000, 2_000, limits)).isTrue();
      assertThat(makers.areEnough(200, 32_000, limits)).isTrue();
      RegisteredFunction function =
          new RegisteredFunction("f", limits, item -> 1, (items, context) -> items, makers);
      assertThat(RequestItems.areEnough(function, 128, 1_000_000))
          .as("as without")
          .isFalse();
      assertThat(RequestItems.areEnough(function, 129, 1_000_000)).isTrue();
      assertThat(RequestItems.areEnough(function, 129, 129)).isFalse();
    }
  }

  @Test
  void make_anyRange_makesEachOnce() {
    for (int threads = 1; threads < 4; threads++) {
      try (ItemMakers makers = makers(threads, 1)) {
        for (int count : new int[] {0, 1, 2, 3, 7, 64, 1_000}) {
          AtomicIntegerArray times = new AtomicIntegerArray(5 + count);
          makers.make(5, 5 + count, times::incrementAndGet);
          for (int i = 0; i < 5 + count; i++) {
            assertThat(times.get(i)).isEqualTo(i < 5 ? 0 : 1);
          }
        }
      }
    }
  }

  @Test
  void make_thread_isHelpedByThePool() {
    CountDownLatch together = new CountDownLatch(3);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    try (ItemMakers makers = makers(2, 1)) {
      makers.make(0, 3, i -> {
        threads.add(Thread.currentThread());
        together.countDown();
        Waits.on(together);
      });
    }
    assertThat(threads).hasSize(3).contains(Thread.currentThread());
  }

  @Test
  void make_poolIsBusy_isDoneByTheCallingThread() {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    AtomicInteger made = new AtomicInteger();
    try (ItemMakers makers = makers(1, 1)) {
      assertThat(makers.lead(() -> {
            busy.countDown();
            Waits.on(proceed);
          }))
          .isTrue();
      Waits.on(busy);
      makers.make(0, 100, i -> made.incrementAndGet());
      assertThat(made).hasValue(100);
      proceed.countDown();
    }
  }

  @Test
  void make_closed_isDoneByTheCallingThread() {
    AtomicInteger made = new AtomicInteger();
    ItemMakers makers = makers(2, 1);
    makers.close();
    makers.make(0, 100, i -> made.incrementAndGet());
    assertThat(made).hasValue(100);
    assertThat(makers.lead(made::incrementAndGet)).isFalse();
  }

  @Test
  void make_severalFail_throwsWhatTheFirstOfThemThrew() {
    try (ItemMakers makers = makers(3, 1)) {
      CountDownLatch later = new CountDownLatch(1);
      assertThatIllegalStateException()
          .isThrownBy(() -> makers.make(0, 1_000, i -> {
            if (i == 37) {
              Waits.on(later);
              throw new IllegalStateException("item 37");
            } else if (i % 100 == 37) {
              later.countDown();
              throw new IllegalStateException("item " + i);
            }
          }))
          .withMessage("item 37");
      assertThatExceptionOfType(StackOverflowError.class)
          .isThrownBy(() -> makers.make(0, 9, i -> {
            throw new StackOverflowError("test");
          }));
    }
  }

  @Test
  void make_interrupted_makesAllAndKeepsTheFlag() {
    AtomicInteger made = new AtomicInteger();
    try (ItemMakers makers = makers(2, 1)) {
      Thread.currentThread().interrupt();
      makers.make(0, 1_000, i -> made.incrementAndGet());
      assertThat(Thread.interrupted()).isTrue();
      assertThat(made).hasValue(1_000);
    }
  }

  @Test
  void submitAll_withMakers_givesEachItsResultFromFullBatches() throws Exception {
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    List<Integer> expected = IntStream.range(0, 20_000).boxed().toList();
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(2).callersRun(false).itemMakers(3).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(500, 10_000), item -> 10, (items, context) -> {
            sizes.add(items.size());
            return items;
          });
      assertThat(queue.submitAll(20_000, i -> i, BULK, all -> all).get()).isEqualTo(expected);
      assertThat(queue.invokeAll(20_000, i -> i, BULK)).isEqualTo(expected);
    }
    assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(40_000);
    assertThat(sizes).allMatch(size -> size <= 500);
  }

  @Test
  void submitAll_withMakers_leavesTheWorkersToTheDevice() {
    Set<String> makers = ConcurrentHashMap.newKeySet();
    try (BatchExecutor executor =
        BatchExecutor.builder().name("test").workers(1).itemMakers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(64, 64), item -> 1, (items, context) -> items);
      queue
          .submitAll(
              5_000,
              i -> {
                makers.add(Thread.currentThread().getName());
                return i;
              },
              BULK,
              all -> all)
          .join();
    }
    assertThat(makers)
        .contains("test-items-1")
        .isSubsetOf("test-items-1", Thread.currentThread().getName());
  }

  @Test
  void submitAll_withMakersWhileTheDeviceIsBusy_makesABoundedNumberAhead() throws Exception {
    AtomicInteger made = new AtomicInteger();
    Semaphore permits = new Semaphore(0);
    CountDownLatch running = new CountDownLatch(2);
    try (BatchExecutor executor = BatchExecutor.builder()
        .name("ahead")
        .workers(2)
        .callersRun(false)
        .itemMakers(2)
        .build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(100, 1_000), item -> 10, (items, context) -> {
            running.countDown();
            permits.acquireUninterruptibly();
            return items;
          });
      CompletableFuture<List<Integer>> all = queue.submitAll(
          100_000,
          i -> {
            made.incrementAndGet();
            return i;
          },
          BULK,
          results -> results);
      Waits.on(running);
      // Two batches run, and at most a full one for each worker, and a portion, wait.
      Waits.until(ItemMakersTest::makersSleep);
      int madeAhead = made.get();
      permits.release(1_000_000);
      assertThat(madeAhead).isLessThanOrEqualTo(500);
      assertThat(all.get()).hasSize(100_000);
    }
  }

  private static boolean makersSleep() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ahead-items-"))
        .noneMatch(thread -> thread.getState() == Thread.State.RUNNABLE);
  }

  @Test
  void submitAll_sourceFails_failsTheRequestWithWhatItThrew() {
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(2).callersRun(false).itemMakers(2).build()) {
      BatchQueue<Integer, Integer> queue = executor.register(
          "q", BatchLimits.packed(100, 1_000), item -> 1, (items, context) -> items);
      for (int bad : new int[] {3, 63, 64, 700, 4_999}) {
        CompletableFuture<List<Integer>> all = queue.submitAll(
            5_000,
            i -> {
              if (i == bad) {
                throw new IllegalArgumentException("item " + i);
              }
              return i;
            },
            BULK,
            results -> results);
        assertThat(all.handle((value, failure) -> failure).join())
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("item " + bad);
      }
      assertThat(executor.queuedItems(Lane.BULK)).isZero();
    }
  }

  @Test
  void close_whileItemsAreMade_waitsForTheirMakersAndEndsTheCall() throws Exception {
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    BatchExecutor executor =
        BatchExecutor.builder().workers(1).callersRun(false).itemMakers(2).build();
    BatchQueue<Integer, Integer> queue =
        executor.register("q", BatchLimits.packed(64, 64), item -> 1, (items, context) -> items);
    CompletableFuture<List<Integer>> all = queue.submitAll(
        5_000,
        i -> {
          inside.incrementAndGet();
          if (i > 1_000) {
            making.countDown();
            Waits.on(proceed);
          }
          inside.decrementAndGet();
          return i;
        },
        BULK,
        results -> results);
    Waits.on(making);
    Thread closer = new Thread(() -> executor.close(Duration.ZERO));
    closer.start();
    Waits.until(executor::isClosed);
    Waits.untilBlocked(closer);
    assertThat(inside.get()).isPositive();
    proceed.countDown();
    closer.join();
    assertThat(inside).hasValue(0);
    assertThat(all.handle((value, failure) -> failure).join())
        .isInstanceOf(ExecutorClosedException.class);
  }

  @Test
  void cancel_whileItemsAreMade_makesNoMore() throws Exception {
    AtomicInteger made = new AtomicInteger();
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(1).callersRun(false).itemMakers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(64, 64), item -> 1, (items, context) -> items);
      CompletableFuture<List<Integer>> all = queue.submitAll(
          1_000_000,
          i -> {
            made.incrementAndGet();
            if (i == 200) {
              making.countDown();
              Waits.on(proceed);
            }
            return i;
          },
          BULK,
          results -> results);
      Waits.on(making);
      all.cancel(true);
      proceed.countDown();
      assertThat(queue.submit(1, BULK).get()).isEqualTo(1);
    }
    assertThat(made.get()).isLessThan(1_000);
  }
}
