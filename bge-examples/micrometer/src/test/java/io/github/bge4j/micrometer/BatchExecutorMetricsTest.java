package io.github.bge4j.micrometer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchExecutorMetricsTest {

  private static final RequestOptions QUERY = RequestOptions.query();
  private static final RequestOptions BULK = RequestOptions.bulk();

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final BatchExecutorMetrics metrics = new BatchExecutorMetrics(registry);
  private final PlayedFunction function = new PlayedFunction();
  private final BatchExecutor executor = executor(metrics, function);
  private final BatchQueue<Integer, Integer> queue = embed(executor, function);
  private final List<CompletableFuture<List<Integer>>> outcomes = new ArrayList<>();

  /** One worker, which delivers as well; room for 8 items a lane. */
  private static BatchExecutor executor(BatchExecutorMetrics metrics, PlayedFunction function) {
    return BatchExecutor.builder()
        .workers(1)
        .maxQueuedItems(8)
        .ticker(function)
        .completionExecutor(Runnable::run)
        .listener(metrics)
        .build();
  }

  /** The cost of an item is its number. */
  private static BatchQueue<Integer, Integer> embed(
      BatchExecutor executor, PlayedFunction function) {
    return executor.register("embed", BatchLimits.packed(64, 1_000), item -> item, function);
  }

  private void submit(RequestOptions options, Integer... items) {
    outcomes.add(queue.submitAll(List.of(items), options));
  }

  /** Submits items whose run starts, but does not end before {@link #finish}. */
  private void submitAndStart(RequestOptions options, Integer... items)
      throws InterruptedException {
    submit(options, items);
    function.awaitStart();
  }

  /** Lets everything run; afterwards the listener has heard of it and the outcomes are there. */
  private void finish() {
    function.open();
    executor.close(Duration.ofSeconds(30));
    assertThat(outcomes).allMatch(CompletableFuture::isDone);
  }

  private long failedOutcomes() {
    return outcomes.stream().filter(CompletableFuture::isCompletedExceptionally).count();
  }

  @AfterEach
  void close() {
    function.open();
    executor.close();
    metrics.close();
  }

  private RequiredSearch meter(String name, String lane) {
    return registry.get(name).tags("queue", "embed", "lane", lane);
  }

  private double count(String counter, String lane) {
    return meter(counter, lane).counter().count();
  }

  private void assertRun(String lane, int items, int cost, int waitMillis, int runMillis) {
    assertThat(meter("bge.batch.size", lane).summary())
        .returns(1L, DistributionSummary::count)
        .returns((double) items, DistributionSummary::totalAmount);
    assertThat(meter("bge.batch.cost", lane).summary())
        .returns(1L, DistributionSummary::count)
        .returns((double) cost, DistributionSummary::totalAmount);
    assertThat(meter("bge.batch.wait", lane).timer())
        .returns(1L, Timer::count)
        .returns((double) waitMillis, timer -> timer.totalTime(MILLISECONDS));
    assertThat(meter("bge.batch.run", lane).timer())
        .returns(1L, Timer::count)
        .returns((double) runMillis, timer -> timer.totalTime(MILLISECONDS));
  }

  private double queued(String what, String lane) {
    return registry.get("bge.batch.queued." + what).tag("lane", lane).gauge().value();
  }

  private static String described(Meter meter) {
    Meter.Id id = meter.getId();
    return id.getType() + " " + id.getName() + " " + id.getBaseUnit() + " "
        + id.getTags().stream().map(tag -> tag.getKey() + "=" + tag.getValue()).toList();
  }

  @Test
  void batchRan_oneRunALane_recordsSizeCostWaitAndRun() throws Exception {
    submitAndStart(BULK, 10);
    submit(QUERY, 20);
    submit(QUERY, 30);
    function.advance(Duration.ofMillis(2));
    finish();
    assertThat(failedOutcomes()).isZero();
    assertRun("bulk", 1, 10, 0, 2 + 3);
    assertRun("query", 2, 20 + 30, 2 + 3, 3);
    assertThat(count("bge.batch.failed", "query")).isZero();
  }

  @Test
  void batchRan_itemThatFails_countsEveryRunThatThrew() throws Exception {
    submitAndStart(QUERY, 1);
    submit(QUERY, PlayedFunction.FAILS);
    submit(QUERY, 14);
    finish();
    assertThat(failedOutcomes()).isEqualTo(1);
    // The first item, then the other two together, then each of them alone.
    assertThat(meter("bge.batch.run", "query").timer().count()).isEqualTo(1 + 1 + 2);
    assertThat(meter("bge.batch.size", "query").summary().totalAmount()).isEqualTo(1 + 2 + 2);
    assertThat(count("bge.batch.failed", "query")).isEqualTo(2);
    assertThat(registry.get("bge.batch.replaced").counter().count()).isZero();
  }

  @Test
  void workerReplaced_error_isCountedBesideTheFailedRun() {
    submit(QUERY, PlayedFunction.KILLS);
    finish();
    assertThat(failedOutcomes()).isEqualTo(1);
    assertThat(registry.get("bge.batch.replaced").counter().count()).isEqualTo(1);
    assertThat(count("bge.batch.failed", "query")).isEqualTo(1);
  }

  @Test
  void requestRejected_fullQueue_isCountedInItsLane() throws Exception {
    submitAndStart(BULK, 1, 2, 3, 4);
    submit(BULK.refusedWhenFull(), 1, 2, 3, 4);
    submit(BULK.refusedWhenFull(), 1, 2);
    submit(QUERY, 1);
    finish();
    assertThat(failedOutcomes()).isEqualTo(1);
    assertThat(count("bge.batch.rejected", "bulk")).isEqualTo(1);
    assertThat(count("bge.batch.rejected", "query")).isZero();
  }

  @Test
  void requestExpired_deadlinePassed_isCountedInItsLane() throws Exception {
    submitAndStart(BULK, 1);
    submit(QUERY.withDeadline(Duration.ofMillis(2)), 2);
    submit(QUERY.withDeadline(Duration.ZERO), 3, 4);
    finish();
    assertThat(failedOutcomes()).isEqualTo(2);
    assertThat(count("bge.batch.expired", "query")).isEqualTo(2);
    assertThat(count("bge.batch.expired", "bulk")).isZero();
    assertThat(meter("bge.batch.size", "query").summary().count()).isZero();
  }

  @Test
  void watch_heldItems_showsItemsAndCostOfEachLane() throws Exception {
    metrics.watch(executor);
    submitAndStart(QUERY, 10);
    submit(QUERY, 20, 30);
    submit(BULK, 5);
    assertThat(queued("items", "query")).isEqualTo(3);
    assertThat(queued("cost", "query")).isEqualTo(60);
    assertThat(queued("items", "bulk")).isEqualTo(1);
    assertThat(queued("cost", "bulk")).isEqualTo(5);
    finish();
    assertThat(queued("items", "query")).isZero();
    assertThat(queued("cost", "bulk")).isZero();
  }

  @Test
  void close_nextExecutorOfTheSameTags_hasItsOwnGaugesAndTheSameCounters() throws Exception {
    metrics.watch(executor);
    submit(QUERY, 10);
    finish();
    metrics.close();
    metrics.close();
    assertThat(registry.find("bge.batch.queued.items").meters()).isEmpty();
    assertThat(registry.find("bge.batch.queued.cost").meters()).isEmpty();
    PlayedFunction next = new PlayedFunction();
    try (BatchExecutorMetrics nextMetrics = new BatchExecutorMetrics(registry);
        BatchExecutor nextExecutor = executor(nextMetrics, next)) {
      nextMetrics.watch(nextExecutor);
      CompletableFuture<Integer> outcome = embed(nextExecutor, next).submit(20, QUERY);
      next.awaitStart();
      assertThat(queued("cost", "query")).isEqualTo(20);
      next.open();
      assertThat(outcome.get()).isEqualTo(20);
    }
    assertThat(meter("bge.batch.run", "query").timer().count()).isEqualTo(2);
  }

  @Test
  void meters_executorsOfOneRegistry_areToldApartByTheirTags() {
    BatchExecutorMetrics zero = new BatchExecutorMetrics(registry, Tag.of("device", "0"));
    BatchExecutorMetrics one = new BatchExecutorMetrics(registry, Tag.of("device", "1"));
    zero.watch(executor);
    one.watch(executor);
    one.requestRejected("embed", Lane.QUERY, 1);
    assertThat(registry.find("bge.batch.queued.items").gauges()).hasSize(4);
    one.close();
    assertThat(registry.find("bge.batch.queued.items").gauges())
        .hasSize(2)
        .allMatch(gauge -> "0".equals(gauge.getId().getTag("device")));
    assertThat(meter("bge.batch.rejected", "query").counter().getId().getTag("device"))
        .isEqualTo("1");
  }

  @Test
  void meters_all_haveTheirUnitsTagsAndDescriptions() {
    metrics.watch(executor);
    metrics.requestExpired("embed", Lane.BULK, 1);
    assertThat(registry.getMeters())
        .allMatch(meter -> meter.getId().getDescription() != null)
        .extracting(BatchExecutorMetricsTest::described)
        .containsExactlyInAnyOrder(
            "DISTRIBUTION_SUMMARY bge.batch.size items [lane=bulk, queue=embed]",
            "DISTRIBUTION_SUMMARY bge.batch.cost null [lane=bulk, queue=embed]",
            "TIMER bge.batch.wait seconds [lane=bulk, queue=embed]",
            "TIMER bge.batch.run seconds [lane=bulk, queue=embed]",
            "COUNTER bge.batch.failed runs [lane=bulk, queue=embed]",
            "COUNTER bge.batch.rejected requests [lane=bulk, queue=embed]",
            "COUNTER bge.batch.expired requests [lane=bulk, queue=embed]",
            "COUNTER bge.batch.replaced workers []",
            "GAUGE bge.batch.queued.items items [lane=query]",
            "GAUGE bge.batch.queued.items items [lane=bulk]",
            "GAUGE bge.batch.queued.cost null [lane=query]",
            "GAUGE bge.batch.queued.cost null [lane=bulk]");
  }

  @Test
  void meters_laterEvents_areNotLookedUpAgain() {
    metrics.requestRejected("embed", Lane.QUERY, 1);
    registry.clear();
    metrics.requestRejected("embed", Lane.QUERY, 1);
    metrics.requestExpired("embed", Lane.QUERY, 1);
    metrics.workerReplaced(new StackOverflowError("test"));
    assertThat(registry.getMeters()).isEmpty();
    metrics.requestRejected("embed", Lane.BULK, 1);
    assertThat(registry.getMeters()).isNotEmpty();
  }
}
