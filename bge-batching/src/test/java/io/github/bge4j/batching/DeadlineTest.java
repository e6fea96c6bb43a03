package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a deadline promises, and what it costs those who set one. */
@Timeout(60)
class DeadlineTest {

  private static final long MILLI = 1_000_000;
  private static final RequestOptions PATIENT =
      RequestOptions.bulk().withDeadline(Duration.ofMinutes(5));

  @Test
  void deadline_queueFull_stillWaitsForRoom() throws Exception {
    List<Object> outcomes = Collections.synchronizedList(new ArrayList<>());
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(1).maxQueuedItems(64).build()) {
      Gated function = new Gated();
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(64, 1_000), item -> 1, function);
      List<Integer> items = IntStream.range(0, 16).boxed().toList();
      List<Integer> doubled = items.stream().map(item -> 2 * item).toList();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        boolean blocks = i % 2 == 0;
        callers.add(new Thread(() -> {
          try {
            outcomes.add(
                blocks
                    ? queue.invokeAll(items, PATIENT)
                    : queue.submitAll(items, PATIENT).get());
          } catch (Exception e) {
            outcomes.add(e);
          }
        }));
      }
      callers.forEach(Thread::start);
      callers.forEach(Waits::untilBlocked);
      function.open();
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(outcomes).hasSize(60).allMatch(doubled::equals);
    }
  }

  @Test
  void deadline_shorterThanTheMaximumWait_endsGatheringInTime() {
    Requests gathering = new Requests(100, 4, Request.NEVER, 300 * MILLI);
    RegisteredFunction function = gathering.function("f", BatchLimits.packed(3, 1_000));
    function.ran(100, 100 * 1_000, 0);
    gathering.scheduler.add(gathering.request(function, Lane.QUERY, 150 * MILLI, 100), false);
    assertThat(gathering.scheduler.readyAt()).isEqualTo(75 * MILLI);
    gathering.now = 75 * MILLI;
    assertThat(gathering.runNext()).containsExactly(100);
  }

  @Test
  void deadline_runTakesMostOfIt_endsGatheringEarlier() {
    Requests gathering = new Requests(100, 4, Request.NEVER, 300 * MILLI);
    RegisteredFunction function = gathering.function("f", BatchLimits.packed(3, 1_000));
    function.ran(100, 50 * MILLI, 0);
    gathering.scheduler.add(gathering.request(function, Lane.QUERY, 150 * MILLI, 100), false);
    assertThat(gathering.scheduler.readyAt())
        .as("time for a run of twice the measured time")
        .isEqualTo(50 * MILLI);
  }

  @Test
  void admit_behindMoreThanCanBeDone_refusesAtOnceAndSaysWhenToComeBack() {
    Requests requests = new Requests(1);
    RegisteredFunction function = requests.function("f", BatchLimits.packed(1, 100));
    function.ran(100, 100 * MILLI, 0);
    requests.scheduler.add(requests.request(function, Lane.BULK, 1_000 * MILLI, 900), false);
    Request possible = requests.request(function, Lane.BULK, 1_200 * MILLI, 90);
    assertThat(requests.scheduler.admit(possible, false, 0)).isNull();
    Request late = requests.request(function, Lane.BULK, 1_050 * MILLI, 200);
    BatchingException refused = Objects.requireNonNull(requests.scheduler.admit(late, false, 0));
    OverloadedException refusal = (OverloadedException) refused;
    assertThat(refusal)
        .hasMessage("the 1 item to 'f' must be done within 1050 ms without making others late: with"
            + " what waits already 51 ms are missing; retry after that, send less or allow more"
            + " time");
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(51));
    assertThat(requests.scheduler.underway().waiting()).isEqualTo(2);
  }

  @Test
  void admit_wouldMakeAnotherLate_isRefused() {
    Requests requests = new Requests(1);
    RegisteredFunction function = requests.function("f", BatchLimits.packed(1, 100));
    function.ran(100, 100 * MILLI, 0);
    requests.scheduler.add(requests.request(function, Lane.BULK, 1_000 * MILLI, 900), false);
    Request urgent = requests.request(function, Lane.BULK, 500 * MILLI, 200);
    assertThat(requests.scheduler.admit(urgent, false, 0)).isNotNull();
  }

  @Test
  void admit_wouldMakeAnotherLaneLate_isRefused() {
    Requests requests = new Requests(1);
    RegisteredFunction function = requests.function("f", BatchLimits.packed(1, 100));
    function.ran(100, 100 * MILLI, 0);
    requests.scheduler.add(requests.request(function, Lane.BULK, 10_000 * MILLI, 9_500), false);
    Request query = requests.request(function, Lane.QUERY, 10_000 * MILLI, 5_000);
    assertThat(requests.scheduler.admit(query, false, 0)).isInstanceOf(OverloadedException.class);
    Request small = requests.request(function, Lane.QUERY, 10_000 * MILLI, 100);
    assertThat(requests.scheduler.admit(small, false, 0)).isNull();
  }

  /** Another function keeps the device busy, so that no worker is ever idle. */
  @Test
  void admit_onlyOneOfItsFunction_isTriedWhateverTheOldPace() {
    Requests requests = new Requests(1);
    RegisteredFunction cold = requests.function("cold", BatchLimits.packed(1, 100));
    RegisteredFunction busy = requests.function("busy", BatchLimits.packed(1, 100));
    cold.ran(1, 5_000 * MILLI, 0);
    busy.ran(100, MILLI, 0);
    requests.add(busy, Lane.BULK, 100, 100, 100);
    Request first = requests.request(cold, Lane.QUERY, 2_000 * MILLI, 1);
    assertThat(requests.scheduler.admit(first, false, 0)).isNull();
    assertThat(requests.runNext()).isNotEmpty();
    assertThat(requests.runNext()).isNotEmpty();
    assertThat(requests.delivered()).contains(first);
    assertThat(Requests.outcomes(first)).isEqualTo(List.of(List.of(1)));
  }

  @Test
  void invoke_idleButLateEvenAtTheBestPace_isRefusedAtOnce() throws Exception {
    AtomicLong time = new AtomicLong();
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(1).ticker(time::get).build()) {
      List<Integer> ran = new ArrayList<>();
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(8, 8), item -> 1, (items, context) -> {
            ran.addAll(items);
            time.addAndGet(10 * MILLI * items.size());
            return items;
          });
      for (int i = 0; i < 10; i++) {
        assertThat(queue.invoke(i, PATIENT)).isEqualTo(i);
      }
      RequestOptions hasty = RequestOptions.query().withDeadline(Duration.ofMillis(50));
      List<Integer> items = IntStream.range(0, 8).boxed().toList();
      assertThat(catchThrowableOfType(
              DeadlineExceededException.class, () -> queue.invokeAll(items, hasty)))
          .hasMessage(
              "the request of 8 items to 'q' must be done within 50 ms: alone it takes 31 ms"
                  + " longer; send less or allow more time");
      assertThat(ran).hasSize(10);
    }
  }

  /** Calls whose time is short, after a first run that took long, as those of cold starts do. */
  @Test
  void submit_firstRunWasSlow_isTriedAgain() throws Exception {
    AtomicLong time = new AtomicLong();
    ArrayDeque<Long> runs = new ArrayDeque<>(List.of(5_000 * MILLI));
    try (BatchExecutor executor =
        BatchExecutor.builder().workers(1).ticker(time::get).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(8, 8), item -> 1, (items, context) -> {
            time.addAndGet(runs.isEmpty() ? MILLI : runs.pop());
            return items;
          });
      assertThat(queue.submit(0, PATIENT).get()).isZero();
      RequestOptions hasty = RequestOptions.query().withDeadline(Duration.ofMillis(100));
      for (int i = 0; i < 20; i++) {
        CompletableFuture<Integer> future = queue.submit(i, hasty);
        assertThat(future.get()).isEqualTo(i);
      }
    }
  }

  @Test
  void leastNanosPerCost_fewBatchesOrLongAgo_isNotKnown() {
    RegisteredFunction function = new Requests().function("f", BatchLimits.packed(1, 100));
    for (int i = 0; i < 8; i++) {
      assertThat(function.leastNanosPerCost(0)).isZero();
      function.ran(10, 1_000 - i, i);
    }
    assertThat(function.leastNanosPerCost(7)).isEqualTo(99.3);
    assertThat(function.leastNanosPerCost(Duration.ofSeconds(59).toNanos())).isEqualTo(99.3);
    assertThat(function.leastNanosPerCost(Duration.ofSeconds(61).toNanos())).isZero();
  }

  @Test
  void nanosPerCost_muchFasterThanBefore_forgetsWhatWasBefore() {
    RegisteredFunction function = new Requests().function("f", BatchLimits.packed(1, 100));
    function.ran(10, 1_000, 0);
    function.ran(10, 400, 0);
    assertThat(function.nanosPerCost()).isBetween(69.0, 70.0);
    function.ran(10, 100, 0);
    assertThat(function.nanosPerCost()).isEqualTo(10);
  }

  /** What is held counts until it is delivered, also of requests that have failed. */
  @Test
  void deadlines_completionsBlocked_stillBoundWhatIsUndelivered() {
    AtomicLong time = new AtomicLong();
    List<Runnable> undelivered = new ArrayList<>();
    Gated function = new Gated();
    try (BatchExecutor executor = BatchExecutor.builder()
        .workers(1)
        .ticker(time::get)
        .maxQueuedItems(16)
        .completionExecutor(undelivered::add)
        .build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(1, 1), item -> 1, function);
      RequestOptions options =
          RequestOptions.query().withDeadline(Duration.ofNanos(10)).refusedWhenFull();
      List<CompletableFuture<Integer>> futures = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        futures.add(queue.submit(i, options));
        time.addAndGet(20);
        assertThat(futures).filteredOn(future -> !future.isDone()).hasSizeLessThanOrEqualTo(16);
      }
      assertThat(undelivered).hasSizeBetween(1, 16);
      function.open();
      executor.close(Duration.ofSeconds(30));
      List.copyOf(undelivered).forEach(Runnable::run);
      assertThat(futures).allMatch(CompletableFuture::isDone);
      assertThat(executor.queuedItems(Lane.QUERY)).isZero();
    }
  }
}
