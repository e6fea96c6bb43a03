package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that belong to several devices. */
@Timeout(60)
class DevicesTest {

  private static final RequestOptions QUERY = RequestOptions.query();
  private static final BatchLimits ALONE = BatchLimits.packed(1, 1);

  private final List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
  /** For the runs on each of three devices. */
  private final List<Semaphore> permits =
      List.of(new Semaphore(0), new Semaphore(0), new Semaphore(0));

  private final List<Thread> workers = new CopyOnWriteArrayList<>();

  /** Notes the device, and waits for a permit. */
  private List<Integer> note(List<Integer> items, BatchContext context) {
    ran.add(context.device());
    permits.get(context.device()).acquireUninterruptibly();
    return items;
  }

  private BatchExecutor executor(int count, int devices) {
    return BatchExecutor.builder()
        .workers(count)
        .devices(devices)
        .threadFactory(task -> {
          Thread thread = new Thread(task);
          workers.add(thread);
          return thread;
        })
        .build();
  }

  /** Waits until every worker sleeps, or waits for a permit. */
  private void awaitQuiet() {
    workers.forEach(Waits::untilBlocked);
  }

  @Test
  void submit_someWorkersIdle_runsOnTheDeviceThatHasMost() {
    try (BatchExecutor executor = executor(6, 3)) {
      BatchQueue<Integer, Integer> queue = executor.register("q", ALONE, item -> 1, this::note);
      awaitQuiet();
      List<CompletableFuture<Integer>> futures = new ArrayList<>();
      submitOneByOne(queue, 6, futures);
      assertThat(ran).hasSize(6);
      // Those of the first device slept shortest then.
      for (int device = 2; device >= 0; device--) {
        permits.get(device).release(2);
        awaitQuiet();
      }
      futures.forEach(CompletableFuture::join);
      awaitQuiet();
      ran.clear();
      submitOneByOne(queue, 6, futures);
      // Closing waits for what runs.
      permits.forEach(all -> all.release(2));
      futures.forEach(CompletableFuture::join);
      assertThat(ran.subList(0, 3)).containsExactlyInAnyOrder(0, 1, 2);
      assertThat(ran.subList(3, 6)).containsExactlyInAnyOrder(0, 1, 2);
    }
  }

  private void submitOneByOne(
      BatchQueue<Integer, Integer> queue, int count, List<CompletableFuture<Integer>> futures) {
    for (int i = 1; i <= count; i++) {
      futures.add(queue.submit(i, QUERY));
      int begun = i;
      Waits.until(() -> ran.size() == begun);
      awaitQuiet();
    }
  }

  @Test
  void run_halvesOfAFailedBatch_stayOnTheDevice() {
    Map<Thread, Integer> devices = new ConcurrentHashMap<>();
    try (BatchExecutor executor = executor(4, 4)) {
      executor.onEachWorker(context -> devices.put(Thread.currentThread(), context.device()));
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(8, 8), item -> 1, (items, context) -> {
            ran.add(context.device());
            assertThat(devices).containsEntry(Thread.currentThread(), context.device());
            if (items.size() > 1) {
              throw new IllegalStateException("halve it");
            }
            return items;
          });
      assertThat(queue.submitAll(List.of(1, 2, 3, 4), QUERY).join()).containsExactly(1, 2, 3, 4);
    }
    assertThat(devices.values()).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(ran).hasSize(7).containsOnly(ran.get(0));
  }

  @Test
  void run_error_replacesTheWorkerOnItsDevice() {
    List<Integer> replaced = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch died = new CountDownLatch(2);
    BatchListener listener = new BatchListener() {
      @Override
      public void workerReplaced(Throwable cause) {
        died.countDown();
      }
    };
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(4).devices(2).listener(listener).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", ALONE, item -> 1, (items, context) -> {
            replaced.add(context.device());
            throw new StackOverflowError("test");
          });
      for (int i = 0; i < 2; i++) {
        assertThat(queue.submit(i, QUERY).handle((value, failure) -> failure).join())
            .isInstanceOf(BatchFailedException.class);
      }
      Waits.on(died);
      List<Integer> devices = Collections.synchronizedList(new ArrayList<>());
      executor.onEachWorker(context -> devices.add(context.device()));
      assertThat(devices).containsExactlyInAnyOrder(0, 1, 0, 1);
    }
    assertThat(replaced).hasSize(2);
  }

  @Test
  void onEachWorker_everyWorker_doesItOnceAndAlone() {
    Map<Thread, Integer> devices = new ConcurrentHashMap<>();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (BatchExecutor executor = executor(8, 2)) {
      executor.onEachWorker(context -> {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        assertThat(devices.put(Thread.currentThread(), context.device())).isNull();
        assertThat(context.isAbandoned()).isFalse();
        assertThat(context.isAlone()).isFalse();
        context.onAbandoned(() -> {}).close();
        inside.decrementAndGet();
      });
      assertThat(devices).hasSize(8).doesNotContainKey(Thread.currentThread());
      assertThat(devices.values().stream().filter(device -> device == 1)).hasSize(4);
      assertThat(most).hasValue(1);
    }
  }

  @Test
  void onEachWorker_severalCallers_takeTurns() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    try (BatchExecutor executor = executor(3, 1)) {
      List<CompletableFuture<Void>> callers = IntStream.range(0, 8)
          .mapToObj(i -> CompletableFuture.runAsync(
              () -> executor.onEachWorker(context -> {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                done.incrementAndGet();
                inside.decrementAndGet();
              }),
              task -> new Thread(task).start()))
          .toList();
      callers.forEach(CompletableFuture::join);
    }
    assertThat(done).hasValue(24);
  }

  @Test
  void onEachWorker_taskFails_isNotDoneByOthersAndTheWorkersGoOn() {
    AtomicInteger times = new AtomicInteger();
    IllegalArgumentException failure = new IllegalArgumentException("test");
    try (BatchExecutor executor = executor(4, 1)) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> executor.onEachWorker(context -> {
            times.incrementAndGet();
            throw failure;
          }))
          .isSameAs(failure);
      assertThatExceptionOfType(StackOverflowError.class)
          .isThrownBy(() -> executor.onEachWorker(context -> {
            times.incrementAndGet();
            throw new StackOverflowError("test");
          }));
      assertThat(times).hasValue(2);
      executor.onEachWorker(context -> times.incrementAndGet());
      assertThat(times).hasValue(6);
    }
  }

  @Test
  void onEachWorker_whileABatchRuns_comesBetweenItAndTheNext() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", ALONE, item -> 1, (items, context) -> {
            order.add("item " + items.get(0));
            running.countDown();
            Waits.on(proceed);
            return items;
          });
      CompletableFuture<Integer> first = queue.submit(1, QUERY);
      Waits.on(running);
      Thread caller = new Thread(() -> executor.onEachWorker(context -> order.add("errand")));
      caller.start();
      Waits.untilBlocked(caller);
      CompletableFuture<Integer> second = queue.submit(2, QUERY);
      proceed.countDown();
      first.join();
      second.join();
    }
    assertThat(order).containsExactly("item 1", "errand", "item 2");
  }

  @Test
  void onEachWorker_closed_saysSo() {
    BatchExecutor executor = executor(2, 1);
    executor.close();
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> executor.onEachWorker(context -> {}));
  }

  @Test
  void onEachWorker_closedMeanwhile_ends() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    AtomicBoolean closed = new AtomicBoolean();
    BatchExecutor executor = executor(2, 1);
    Thread caller = new Thread(() -> {
      try {
        executor.onEachWorker(context -> {
          running.countDown();
          Waits.on(proceed);
        });
      } catch (ExecutorClosedException e) {
        closed.set(true);
      }
    });
    caller.start();
    Waits.on(running);
    Thread closer = new Thread(executor::close);
    closer.start();
    caller.join();
    assertThat(closed).isTrue();
    proceed.countDown();
    closer.join();
  }

  @Test
  void onEachWorker_fromABatchFunction_isRefused() {
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", ALONE, item -> 1, (items, context) -> {
            executor.onEachWorker(other -> {});
            return items;
          });
      Throwable failure =
          queue.submit(1, QUERY).handle((value, thrown) -> thrown).join();
      assertThatIllegalStateException()
          .isThrownBy(() -> {
            throw Objects.requireNonNull(failure.getCause());
          })
          .withMessage("onEachWorker() was called from a batch function, which it would wait for;"
              + " call it elsewhere");
    }
  }
}
