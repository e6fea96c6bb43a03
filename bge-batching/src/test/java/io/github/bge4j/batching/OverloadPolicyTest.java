package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
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
class OverloadPolicyTest {

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
  void reject_queueFull_saysHowFullAndWhenToComeBack() {
    CompletableFuture<Integer> future = queue.submit(2, QUERY);
    QueueFullException full = (QueueFullException)
        Objects.requireNonNull(future.handle((result, thrown) -> thrown).join());
    assertThat(full)
        .hasMessage("the QUERY queue is full: 2 of 2 items, cost 20 of 1048576; retry after 1000"
            + " ms or set another OverloadPolicy");
    assertThat(full.queuedItems()).isEqualTo(2);
    assertThat(full.maxQueuedItems()).isEqualTo(2);
    assertThat(full.queuedCost()).isEqualTo(20);
    assertThat(full.maxQueuedCost()).isEqualTo(1_048_576);
    assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(full.getStackTrace()).isEmpty();
    assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> queue.invoke(2, QUERY));
  }

  @Test
  void reject_otherLane_hasRoomOfItsOwn() throws Exception {
    CompletableFuture<Integer> bulk = queue.submit(2, RequestOptions.bulk());
    function.open();
    assertThat(bulk.get()).isEqualTo(4);
  }

  @Test
  void retryAfter_measuredRate_isTheTimeToDrainTheExcess() {
    assertThat(QueueFullException.retryAfter(1_000, 20)).isEqualTo(Duration.ofMillis(20));
    assertThat(QueueFullException.retryAfter(1_000_000, 1)).isEqualTo(Duration.ofMillis(1));
    assertThat(QueueFullException.retryAfter(0, 20)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void waitUpTo_roomInTime_isAdmitted() throws Exception {
    Thread caller = new Thread(() -> invoke(OverloadPolicy.waitUpTo(Duration.ofSeconds(30))));
    caller.start();
    Waits.untilBlocked(caller);
    function.open();
    caller.join();
    assertThat(thrown).hasValue(null);
    assertThat(function.batches).contains(List.of(7));
  }

  @Test
  void waitUpTo_timeRunsOut_isRejected() throws Exception {
    Thread caller = new Thread(() -> invoke(OverloadPolicy.waitUpTo(Duration.ofMillis(2))));
    caller.start();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(QueueFullException.class);
  }

  @Test
  void waitUpTo_interrupted_throws() throws Exception {
    Thread caller = new Thread(() -> invoke(OverloadPolicy.waitUpTo(Duration.ofSeconds(30))));
    caller.start();
    Waits.untilBlocked(caller);
    caller.interrupt();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void waitUpTo_submitInterrupted_rejectsAndKeepsTheFlag() {
    RequestOptions patient = QUERY.withOverload(OverloadPolicy.waitUpTo(Duration.ofSeconds(30)));
    Thread.currentThread().interrupt();
    CompletableFuture<Integer> future = queue.submit(7, patient);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(future).isCompletedExceptionally();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(future::get)
        .withCauseInstanceOf(QueueFullException.class);
  }

  @Test
  void waitUpTo_closed_fails() throws Exception {
    Thread caller = new Thread(() -> invoke(OverloadPolicy.waitUpTo(Duration.ofSeconds(30))));
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
  void waitUpTo_deadlineFirst_expires() throws Exception {
    Thread caller = new Thread(() -> call(QUERY
        .withOverload(OverloadPolicy.waitUpTo(Duration.ofSeconds(30)))
        .withDeadline(Duration.ofMillis(2))));
    caller.start();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void runInCaller_queueFull_runsItselfWhenTheWorkerIsDone() throws Exception {
    Thread caller = new Thread(() -> invoke(OverloadPolicy.runInCaller()), "caller");
    caller.start();
    Waits.untilBlocked(caller);
    assertThat(function.batches).hasSize(1);
    function.open();
    caller.join();
    assertThat(thrown).hasValue(null);
    assertThat(function.batches).contains(List.of(7));
    assertThat(function.threads.get(function.batches.indexOf(List.of(7)))).isEqualTo("caller");
  }

  @Test
  void runInCaller_closed_fails() throws Exception {
    Thread caller = new Thread(() -> invoke(OverloadPolicy.runInCaller()));
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
  void runInCaller_interrupted_throws() throws Exception {
    Thread caller = new Thread(() -> invoke(OverloadPolicy.runInCaller()));
    caller.start();
    Waits.untilBlocked(caller);
    caller.interrupt();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(function.batches).hasSize(1);
  }

  private void invoke(OverloadPolicy policy) {
    call(QUERY.withOverload(policy));
  }

  private void call(RequestOptions options) {
    try {
      queue.invoke(7, options);
    } catch (InterruptedException | RuntimeException e) {
      thrown.set(e);
    }
  }
}
