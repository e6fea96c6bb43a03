package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CloseTest {

  private static final RequestOptions QUERY = RequestOptions.query();

  private final Gated function = new Gated();
  private final BatchExecutor executor = BatchExecutor.builder().workers(1).build();
  private final BatchQueue<Integer, Integer> queue =
      executor.register("q", BatchLimits.packed(1, 100), item -> 1, function);

  @Test
  void close_whileABatchRuns_waitsForItAndFailsTheRest() throws Exception {
    CompletableFuture<Integer> running = queue.submit(1, QUERY);
    Waits.on(function.started);
    CompletableFuture<Integer> waiting = queue.submit(2, QUERY);
    Thread closer = new Thread(executor::close);
    closer.start();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waiting::get)
        .withCauseInstanceOf(ExecutorClosedException.class)
        .withMessageContaining("the batch executor is closed; submit work before close()");
    Waits.untilBlocked(closer);
    assertThat(running).isNotDone();
    function.open();
    closer.join();
    assertThat(running.get()).isEqualTo(2);
  }

  @Test
  void closeOfAQueue_underACallerThatWaitsForRoom_tellsIt() throws Exception {
    try (BatchExecutor small =
            BatchExecutor.builder().workers(1).maxQueuedItems(2).build();
        BatchQueue<Integer, Integer> busy =
            small.register("busy", BatchLimits.packed(1, 100), item -> 1, function)) {
      BatchQueue<Integer, Integer> closing = small.register(
          "closing", BatchLimits.packed(1, 100), item -> 1, (items, context) -> items);
      CompletableFuture<Integer> running = busy.submit(1, QUERY);
      Waits.on(function.started);
      CompletableFuture<Integer> waiting = busy.submit(2, QUERY);
      AtomicReference<Throwable> outcome = new AtomicReference<>();
      Thread caller = new Thread(() -> {
        try {
          closing.invoke(3, QUERY.waitingForRoom(Duration.ofDays(1)));
        } catch (InterruptedException | RuntimeException e) {
          outcome.set(e);
        }
      });
      caller.start();
      Waits.untilBlocked(caller);
      closing.close();
      caller.join();
      assertThat(outcome.get()).isInstanceOf(ExecutorClosedException.class);
      function.open();
      assertThat(running.get()).isEqualTo(2);
      assertThat(waiting.get()).isEqualTo(4);
    }
  }

  @Test
  void close_drainTimeout_finishesEverything() throws Exception {
    List<CompletableFuture<Integer>> futures = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      futures.add(queue.submit(i, QUERY));
    }
    function.open();
    executor.close(Duration.ofSeconds(30));
    for (int i = 0; i < 100; i++) {
      assertThat(futures.get(i).get()).isEqualTo(2 * i);
    }
  }

  @Test
  void close_twice_shortensTheDraining() throws Exception {
    CompletableFuture<Integer> running = queue.submit(1, QUERY);
    Waits.on(function.started);
    CompletableFuture<Integer> waiting = queue.submit(2, QUERY);
    Thread patient = new Thread(() -> executor.close(Duration.ofDays(1)));
    patient.start();
    Waits.untilBlocked(patient);
    Thread hasty = new Thread(executor::close);
    hasty.start();
    assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting::get);
    function.open();
    hasty.join();
    patient.join();
    assertThat(running.get()).isEqualTo(2);
  }

  @Test
  void close_interrupted_stopsDrainingAndKeepsTheFlag() throws Exception {
    CompletableFuture<Integer> running = queue.submit(1, QUERY);
    Waits.on(function.started);
    CompletableFuture<Integer> waiting = queue.submit(2, QUERY);
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread closer = new Thread(() -> {
      executor.close(Duration.ofDays(1));
      flag.set(Thread.interrupted());
    });
    closer.start();
    Waits.untilBlocked(closer);
    closer.interrupt();
    assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting::get);
    function.open();
    closer.join();
    assertThat(flag).hasValue(true);
    assertThat(running.get()).isEqualTo(2);
  }

  @Test
  void submit_afterClose_fails() {
    executor.close();
    executor.close();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(queue.submit(1, QUERY)::get)
        .withCauseInstanceOf(ExecutorClosedException.class);
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> queue.invoke(1, QUERY))
        .withMessage("the batch executor is closed; submit work before close()");
  }

  @Test
  void close_fromABatchFunction_throws() {
    BatchQueue<Integer, Integer> closing =
        executor.register("closing", BatchLimits.packed(1, 1), item -> 1, (items, context) -> {
          executor.close();
          return items;
        });
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(closing.submit(1, QUERY)::get)
        .havingCause()
        .havingCause()
        .isInstanceOf(IllegalStateException.class)
        .withMessage("close() was called from a batch function, which it would wait for; call it"
            + " elsewhere");
    assertThatExceptionOfType(BatchFailedException.class)
        .isThrownBy(() -> closing.invoke(1, QUERY));
    executor.close();
  }

  @Test
  void close_fromACallback_works() throws Exception {
    function.open();
    queue.submit(1, QUERY).thenRun(executor::close).get();
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> queue.invoke(1, QUERY));
  }

  @Test
  void close_negativeTime_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> executor.close(Duration.ofSeconds(-1)))
        .withMessage("drainTimeout must not be negative: PT-1S; zero is the least");
    executor.close();
  }

  @Test
  void closeQueue_whileItsBatchRuns_waitsForItAndLeavesOthersAlone() throws Exception {
    BatchQueue<Integer, Integer> other = executor.register(
        "other", BatchLimits.packed(1, 100), item -> 1, (items, context) -> items);
    CompletableFuture<Integer> running = queue.submit(1, QUERY);
    Waits.on(function.started);
    CompletableFuture<Integer> waiting = queue.submit(2, QUERY);
    CompletableFuture<Integer> others = other.submit(3, QUERY);
    Thread closer = new Thread(queue::close);
    closer.start();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waiting::get)
        .withCauseInstanceOf(ExecutorClosedException.class)
        .withMessageContaining("the queue 'q' is closed; submit work before close()");
    Waits.untilBlocked(closer);
    assertThat(running).isNotDone();
    function.open();
    closer.join();
    assertThat(running.get()).isEqualTo(2);
    assertThat(others.get()).isEqualTo(3);
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> queue.invoke(1, QUERY))
        .withMessage("the queue 'q' is closed; submit work before close()");
    assertThat(other.invoke(4, QUERY)).isEqualTo(4);
    queue.close();
    executor.close();
    assertThat(function.batches).containsExactly(List.of(1));
  }

  @Test
  void closeQueue_whileHalvesOfAFailedBatchAreLeft_runsNoneOfThem() {
    Requests requests = new Requests();
    RegisteredFunction failing = requests.function("f", BatchLimits.packed(4, 100));
    Request request = requests.add(failing, Lane.QUERY, 1, 2, 3, 4);
    Batch batch = Objects.requireNonNull(requests.scheduler.next(0));
    assertThat(requests.scheduler.underway().uses(failing)).isTrue();
    requests.scheduler.underway().end(batch);
    requests.scheduler.close(failing);
    assertThat(requests.scheduler.underway().uses(failing)).isFalse();
    assertThat(requests.scheduler.underway().again(batch.part(0, 2), 0)).isNull();
    Request late = requests.add(failing, Lane.QUERY, 5);
    assertThat(requests.delivered()).containsExactly(request, late);
    executor.close();
  }

  /** A worker that was chosen to make items has to, or to say that it will not. */
  @Test
  void close_whileItemsAreMade_neverHangs() throws Exception {
    long seed = Long.getLong("bge.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      BatchExecutor executor = BatchExecutor.builder().workers(2).build();
      BatchQueue<Integer, Integer> queue = executor.register(
          "q", BatchLimits.packed(64, 1_000), item -> 1, (items, context) -> items);
      CompletableFuture<List<Integer>> future =
          queue.submitAll(1_000_000, index -> index, RequestOptions.bulk(), results -> results);
      for (int spin = random.nextInt(20_000); spin > 0; spin--) {
        Thread.onSpinWait();
      }
      executor.close();
      assertThat(future.handle((value, failure) -> failure).get())
          .as("seed %d", seed)
          .isInstanceOf(ExecutorClosedException.class);
    }
  }
}
