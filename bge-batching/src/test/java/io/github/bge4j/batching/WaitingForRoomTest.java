package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to a request that finds two items running and queued, where two may be. */
@Timeout(60)
class WaitingForRoomTest {

  private static final RequestOptions QUERY = RequestOptions.query();

  private final Gated function = new Gated();
  private final BatchExecutor executor =
      BatchExecutor.builder().name("test").workers(1).maxQueuedItems(2).build();
  private final BatchQueue<Integer, Integer> queue =
      executor.register("q", BatchLimits.packed(1, 100), item -> 10, function);
  private final CompletableFuture<Integer> running = queue.submit(0, QUERY);
  private final AtomicReference<Throwable> thrown = new AtomicReference<>();

  @BeforeEach
  void fillTheQueue() {
    Waits.on(function.started);
    CompletableFuture<Integer> queued = queue.submit(1, QUERY);
    assertThat(queued).isNotDone();
  }

  @AfterEach
  void close() throws Exception {
    function.open();
    executor.close(Duration.ofSeconds(30));
    assertThat(running.get()).isZero();
  }

  @Test
  void refusedWhenFull_queueFull_saysHowFullAndWhenToComeBack() {
    CompletableFuture<Integer> future = queue.submit(2, QUERY.refusedWhenFull());
    OverloadedException full = (OverloadedException)
        Objects.requireNonNull(future.handle((result, thrown) -> thrown).join());
    assertThat(full)
        .hasMessage("the QUERY queue of 'q' must have room for 1 item: it holds 2 of 2 items, cost"
            + " 20 of 1048576; retry after 1000 ms, or wait for room");
    assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(full.getStackTrace()).isEmpty();
    assertThatExceptionOfType(OverloadedException.class)
        .isThrownBy(() -> queue.invoke(2, QUERY.refusedWhenFull()));
  }

  @Test
  void refusedWhenFull_otherLane_hasRoomOfItsOwn() throws Exception {
    CompletableFuture<Integer> bulk = queue.submit(2, RequestOptions.bulk().refusedWhenFull());
    function.open();
    assertThat(bulk.get()).isEqualTo(4);
  }

  @Test
  void retryAfter_measuredRate_isTheTimeToDrainTheExcess() {
    assertThat(OverloadedException.retryAfter(1_000, 20)).isEqualTo(Duration.ofMillis(20));
    assertThat(OverloadedException.retryAfter(1_000_000, 1)).isEqualTo(Duration.ofMillis(1));
    assertThat(OverloadedException.retryAfter(0, 20)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void waitingForRoom_roomInTime_isAdmitted() throws Exception {
    Thread caller = new Thread(() -> invoke(QUERY.waitingForRoom(Duration.ofSeconds(30))));
    caller.start();
    Waits.untilBlocked(caller);
    function.open();
    caller.join();
    assertThat(thrown).hasValue(null);
    assertThat(function.batches).contains(List.of(7));
  }

  @Test
  void waitingForRoom_timeRunsOut_isRejected() throws Exception {
    Thread caller = new Thread(() -> invoke(QUERY.waitingForRoom(Duration.ofMillis(2))));
    caller.start();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(OverloadedException.class);
  }

  @Test
  void waitingForRoom_interrupted_throws() throws Exception {
    Thread caller = new Thread(() -> invoke(QUERY.waitingForRoom(Duration.ofSeconds(30))));
    caller.start();
    Waits.untilBlocked(caller);
    caller.interrupt();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void waitingForRoom_submitInterrupted_rejectsAndKeepsTheFlag() {
    RequestOptions patient = QUERY.waitingForRoom(Duration.ofSeconds(30));
    Thread.currentThread().interrupt();
    CompletableFuture<Integer> future = queue.submit(7, patient);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(future).isCompletedExceptionally();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(future::get)
        .withCauseInstanceOf(OverloadedException.class);
  }

  @Test
  void waitingForRoom_closed_fails() throws Exception {
    Thread caller = new Thread(() -> invoke(QUERY.waitingForRoom(Duration.ofSeconds(30))));
    caller.start();
    Waits.untilBlocked(caller);
    Thread closer = new Thread(executor::close);
    closer.start();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(ExecutorClosedException.class);
    function.open();
    closer.join();
  }

  @Test
  void waitingForRoom_deadlineFirst_expires() throws Exception {
    Thread caller = new Thread(() ->
        invoke(QUERY.waitingForRoom(Duration.ofSeconds(30)).withDeadline(Duration.ofMillis(2))));
    caller.start();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(DeadlineExceededException.class);
  }

  private void invoke(RequestOptions options) {
    try {
      queue.invoke(7, options);
    } catch (InterruptedException | RuntimeException e) {
      thrown.set(e);
    }
  }

  /** A callback that the worker itself runs must not wait for what only the worker brings about. */
  @Test
  void submit_fromACallbackOnTheWorker_isRefusedInsteadOfWaiting() throws Exception {
    try (BatchExecutor direct = BatchExecutor.builder()
        .workers(1)
        .maxQueuedItems(2)
        .completionExecutor(Runnable::run)
        .build()) {
      Gated gated = new Gated();
      BatchQueue<Integer, Integer> inner =
          direct.register("q", BatchLimits.packed(1, 100), item -> 10, gated);
      List<CompletableFuture<Integer>> nested = new ArrayList<>();
      CompletableFuture<Void> first = inner.submit(1, QUERY).thenAccept(unused -> {
        nested.add(inner.submit(2, QUERY));
        nested.add(inner.submit(3, QUERY));
      });
      Waits.on(gated.started);
      CompletableFuture<Integer> other = inner.submit(4, QUERY);
      gated.open();
      assertThat(other.get()).isEqualTo(8);
      first.get();
      assertThat(nested.get(0).get()).isEqualTo(4);
      assertThat(nested.get(1).handle((value, failure) -> failure).get())
          .isInstanceOf(OverloadedException.class);
    }
  }

  /** What began as company of another goes on, and is charged for as soon as there is room. */
  @Test
  void waitingForRoom_begunWhenTimeRunsOut_keepsWaitingForTheCharge() throws Exception {
    try (BatchExecutor small =
        BatchExecutor.builder().workers(1).maxQueuedItems(4).build()) {
      Gated gated = new Gated();
      BatchQueue<Integer, Integer> queue =
          small.register("q", BatchLimits.packed(2, 100), item -> 10, gated);
      CompletableFuture<Integer> first = queue.submit(0, QUERY);
      Waits.on(gated.started);
      CompletableFuture<List<Integer>> second = queue.submitAll(List.of(1, 2, 3), QUERY);
      Thread late = new Thread(() -> {
        try {
          queue.invokeAll(List.of(4, 5, 6), QUERY.waitingForRoom(Duration.ofMillis(200)));
        } catch (Exception e) {
          thrown.set(e);
        }
      });
      late.start();
      Waits.untilBlocked(late);
      gated.open();
      late.join();
      assertThat(first.get()).isZero();
      assertThat(second.get()).containsExactly(2, 4, 6);
      assertThat(thrown).hasValue(null);
      assertThat(small.queuedItems(Lane.QUERY)).isZero();
    }
  }
}
