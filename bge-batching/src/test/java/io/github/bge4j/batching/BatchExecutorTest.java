package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchExecutorTest {

  private static final RequestOptions QUERY = RequestOptions.query();
  private static final BatchLimits LIMITS = BatchLimits.packed(4, 100);

  private static BatchExecutor oneWorker() {
    return BatchExecutor.builder().name("test").workers(1).build();
  }

  @Test
  void submit_oneItem_runsOnANamedDaemonThread() throws Exception {
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, String> queue = executor.register(
          "q",
          LIMITS,
          item -> 1,
          (items, context) -> List.of(items.get(0)
              + Thread.currentThread().getName()
              + Thread.currentThread().isDaemon()));
      assertThat(queue.submit(7, QUERY).get()).isEqualTo("7test-1true");
      assertThat(queue.name()).isEqualTo("q");
      assertThat(executor.workers()).isEqualTo(1);
    }
  }

  @Test
  void submitAll_moreThanABatch_comesBackInOrder() throws Exception {
    List<Integer> items = IntStream.range(0, 10_000).boxed().toList();
    try (BatchExecutor executor = BatchExecutor.builder().workers(3).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1 + item % 50, (batch, context) -> batch);
      assertThat(queue.submitAll(items, RequestOptions.bulk()).get()).isEqualTo(items);
      assertThat(queue.invokeAll(items, QUERY)).isEqualTo(items);
    }
  }

  @Test
  void submit_whileTheWorkerIsBusy_sharesTheNextBatch() throws Exception {
    Gated function = new Gated();
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      List<CompletableFuture<Integer>> futures = new ArrayList<>(List.of(queue.submit(0, QUERY)));
      Waits.on(function.started);
      for (int i = 1; i < 6; i++) {
        futures.add(queue.submit(i, QUERY));
      }
      assertThat(executor.queuedItems(Lane.QUERY)).isEqualTo(6);
      assertThat(executor.queuedCost(Lane.BULK)).isZero();
      function.open();
      for (int i = 0; i < 6; i++) {
        assertThat(futures.get(i).get()).isEqualTo(2 * i);
      }
    }
    assertThat(function.batches).containsExactly(List.of(0), List.of(1, 2, 3, 4), List.of(5));
  }

  @Test
  void invoke_whileAWorkerIsIdle_runsInTheCaller() throws Exception {
    Gated function = new Gated();
    function.open();
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      assertThat(queue.invoke(4, QUERY)).isEqualTo(8);
      assertThat(queue.invokeAll(List.of(1, 2), QUERY)).containsExactly(2, 4);
    }
    assertThat(function.threads).containsOnly(Thread.currentThread().getName());
  }

  @Test
  void invoke_callersMustNotRun_runsOnTheWorker() throws Exception {
    Gated function = new Gated();
    function.open();
    try (BatchExecutor executor =
        BatchExecutor.builder().name("test").workers(1).callersRun(false).build()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      assertThat(queue.invoke(4, QUERY)).isEqualTo(8);
      assertThat(queue.invokeAll(List.of(1, 2), QUERY)).containsExactly(2, 4);
    }
    assertThat(function.threads).containsOnly("test-1");
  }

  @Test
  void invoke_whileTheWorkerIsBusy_runsOnTheWorker() throws Exception {
    Gated function = new Gated();
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      CompletableFuture<Integer> first = queue.submit(0, QUERY);
      Waits.on(function.started);
      AtomicReference<Integer> result = new AtomicReference<>();
      Thread caller = new Thread(() -> result.set(invoke(queue, 1)));
      caller.start();
      Waits.untilBlocked(caller);
      function.open();
      caller.join();
      assertThat(result).hasValue(2);
      assertThat(first.get()).isZero();
    }
    assertThat(function.threads).containsExactly("test-1", "test-1");
  }

  @Test
  void invoke_whileACallerRuns_neverExceedsTheWorkers() throws Exception {
    Gated function = new Gated();
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      Thread caller = new Thread(() -> invoke(queue, 1));
      caller.start();
      Waits.on(function.started);
      CompletableFuture<Integer> queued = queue.submit(2, QUERY);
      assertThat(function.batches).hasSize(1);
      function.permit();
      caller.join();
      function.permit();
      assertThat(queued.get()).isEqualTo(4);
    }
  }

  @Test
  void invoke_virtualThread_runsOnAWorker() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "virtual threads");
    Gated function = new Gated();
    function.open();
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      Runnable task = () -> invoke(queue, 1);
      Thread caller =
          (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
      caller.join();
    }
    assertThat(function.threads).containsExactly("test-1");
  }

  @Test
  void invoke_interruptedWhileWaiting_dropsTheItem() throws Exception {
    Gated function = new Gated();
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      CompletableFuture<Integer> first = queue.submit(0, QUERY);
      Waits.on(function.started);
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      Thread caller = new Thread(() -> {
        try {
          queue.invoke(1, QUERY);
        } catch (InterruptedException e) {
          thrown.complete(e);
        }
      });
      caller.start();
      Waits.untilBlocked(caller);
      caller.interrupt();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      assertThat(executor.queuedItems(Lane.QUERY)).isEqualTo(1);
      function.open();
      assertThat(first.get()).isZero();
    }
    assertThat(function.batches).containsExactly(List.of(0));
  }

  @Test
  void invoke_interruptedBefore_throwsAtOnce() {
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> items);
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> queue.invoke(1, QUERY));
    }
  }

  @Test
  void cancel_queued_freesItsPlaceAtOnce() throws Exception {
    Gated function = new Gated();
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 10, function);
      CompletableFuture<Integer> first = queue.submit(0, QUERY);
      Waits.on(function.started);
      CompletableFuture<List<Integer>> second = queue.submitAll(List.of(1, 2, 3), QUERY);
      assertThat(executor.queuedCost(Lane.QUERY)).isEqualTo(40);
      assertThat(second.cancel(true)).isTrue();
      assertThat(executor.queuedCost(Lane.QUERY)).isEqualTo(10);
      CompletableFuture<Integer> third = queue.submit(3, QUERY);
      assertThat(third.complete(-1)).isTrue();
      assertThat(executor.queuedItems(Lane.QUERY)).isEqualTo(1);
      function.open();
      assertThat(first.get()).isZero();
    }
    assertThat(function.batches).containsExactly(List.of(0));
  }

  @Test
  @SuppressWarnings("try") // held open, not used
  void cancel_everybodyInTheBatch_stopsTheRun() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch terminated = new CountDownLatch(1);
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> {
            try (BatchContext.Registration stop = context.onAbandoned(terminated::countDown)) {
              running.countDown();
              Waits.on(terminated);
              throw new IllegalStateException("terminated");
            }
          });
      CompletableFuture<List<Integer>> future = queue.submitAll(List.of(1, 2), QUERY);
      Waits.on(running);
      future.orTimeout(1, TimeUnit.MILLISECONDS);
      assertThatThrownBy(future::get)
          .hasCauseInstanceOf(java.util.concurrent.TimeoutException.class);
      Waits.on(terminated);
      Waits.until(() -> executor.queuedItems(Lane.QUERY) == 0);
    }
  }

  @Test
  void deadline_passedBeforeSubmission_neverRuns() {
    Gated function = new Gated();
    RequestOptions late = QUERY.withDeadline(Duration.ZERO);
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      assertThatThrownBy(() -> queue.submit(1, late).join())
          .hasCauseInstanceOf(DeadlineExceededException.class);
      assertThatExceptionOfType(DeadlineExceededException.class)
          .isThrownBy(() -> queue.invoke(1, late));
    }
    assertThat(function.batches).isEmpty();
  }

  @Test
  void deadline_whileTheWorkerIsBusy_tellsTheBlockedCallerInTime() throws Exception {
    Gated function = new Gated();
    List<String> expired = Collections.synchronizedList(new ArrayList<>());
    BatchListener listener = new BatchListener() {
      @Override
      public void requestExpired(String queue, Lane lane, int items) {
        expired.add(queue + lane + items);
      }
    };
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(1).listener(listener).build()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      CompletableFuture<Integer> first = queue.submit(0, QUERY);
      Waits.on(function.started);
      assertThatExceptionOfType(DeadlineExceededException.class)
          .isThrownBy(() -> queue.invoke(1, QUERY.withDeadline(Duration.ofMillis(5))))
          .withMessage(
              "the request of 1 item to 'q' was not done by its deadline, 5 ms after submission;"
                  + " send less or allow more time");
      assertThat(expired).containsExactly("qQUERY1");
      function.open();
      assertThat(first.get()).isZero();
    }
    assertThat(function.batches).containsExactly(List.of(0));
  }

  @Test
  void callbacks_thatWaitForAnotherResult_doNotBlockTheExecutor() throws Exception {
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> items);
      List<CompletableFuture<Integer>> chains = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int item = i;
        chains.add(queue
            .submit(i, QUERY)
            .thenApply(first -> queue.submit(item, QUERY).join() + invoke(queue, item)));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(chains.get(i).get()).isEqualTo(2 * i);
      }
    }
  }

  @Test
  void callbacks_thatWaitForRoom_doNotBlockTheExecutor() throws Exception {
    RequestOptions patient = QUERY.waitingForRoom(Duration.ofSeconds(50));
    try (BatchExecutor executor = BatchExecutor.builder().maxQueuedItems(20).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> items);
      List<CompletableFuture<Integer>> chains = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int item = i;
        chains.add(queue
            .submit(i, patient)
            .thenApply(
                first -> queue.submitAll(List.of(item, first), patient).join().get(1)));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(chains.get(i).get()).isEqualTo(i);
      }
    }
  }

  @Test
  void completionExecutor_thatRefuses_losesNoFuture() throws Exception {
    try (BatchExecutor executor = BatchExecutor.builder()
        .completionExecutor(task -> {
          throw new java.util.concurrent.RejectedExecutionException("test");
        })
        .build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> items);
      assertThat(queue.submit(3, QUERY).get()).isEqualTo(3);
    }
  }

  @Test
  void submit_badItems_throws() {
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> item, (items, context) -> items);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> queue.submitAll(List.of(), QUERY))
          .withMessage("a request must have at least one item: 0; do not call for none");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> queue.invokeAll(List.of(1, 0), QUERY))
          .withMessage("the cost of item 1 must be at least 1: 0; count what needs no work as 1");
    }
  }

  @Test
  void listener_thatThrows_doesNoHarm() throws Exception {
    List<BatchReport> reports = Collections.synchronizedList(new ArrayList<>());
    BatchListener listener = new BatchListener() {
      @Override
      public void batchRan(BatchReport report) {
        reports.add(report);
        throw new IllegalStateException("test");
      }
    };
    try (BatchExecutor executor = BatchExecutor.builder().listener(listener).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 7, (items, context) -> items);
      assertThat(queue.invokeAll(List.of(1, 2), QUERY)).containsExactly(1, 2);
      assertThat(queue.invoke(3, RequestOptions.bulk())).isEqualTo(3);
    }
    assertThat(reports).hasSize(2);
    BatchReport first = reports.get(0);
    assertThat(first.queue()).isEqualTo("q");
    assertThat(first.lane()).isEqualTo(Lane.QUERY);
    assertThat(first.items()).isEqualTo(2);
    assertThat(first.cost()).isEqualTo(14);
    assertThat(first.waited()).isGreaterThanOrEqualTo(Duration.ZERO);
    assertThat(first.ran()).isGreaterThanOrEqualTo(Duration.ZERO);
    assertThat(first.failure()).isNull();
  }

  static Integer invoke(BatchQueue<Integer, Integer> queue, int item) {
    try {
      return queue.invoke(item, QUERY);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void cancel_queued_letsGoOfItsItems() throws Exception {
    Gated function = new Gated();
    try (BatchExecutor executor = oneWorker()) {
      BatchQueue<Integer, Integer> busy =
          executor.register("busy", BatchLimits.packed(1, 1), item -> 1, function);
      CompletableFuture<Integer> running = busy.submit(1, QUERY);
      Waits.on(function.started);
      BatchQueue<Object, Object> queue =
          executor.register("q", BatchLimits.packed(1, 1), item -> 1, (items, context) -> items);
      List<CompletableFuture<?>> cancelled = new ArrayList<>();
      List<WeakReference<Object>> items = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Object item = new Object();
        items.add(new WeakReference<>(item));
        int kind = i;
        cancelled.add(
            kind == 0
                ? queue.submit(item, QUERY)
                : kind == 1
                    ? queue.submitAll(List.of(item), QUERY)
                    : queue.submitAll(1, index -> item, QUERY, results -> results));
      }
      cancelled.forEach(future -> future.cancel(false));
      Waits.until(() -> {
        System.gc();
        return items.stream().allMatch(item -> item.get() == null);
      });
      assertThat(cancelled).allMatch(CompletableFuture::isCancelled);
      function.open();
      assertThat(running.get()).isEqualTo(2);
    }
  }
}
