package io.github.bge4j.micrometer;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.batching.Lane;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Meters of one {@link BatchExecutor} on a Micrometer registry.
 *
 * <pre>{@code
 * try (BatchExecutorMetrics metrics = new BatchExecutorMetrics(registry);
 *     BatchExecutor executor = BatchExecutor.builder().listener(metrics).build()) {
 *   metrics.watch(executor);
 *   ...
 * }
 * }</pre>
 *
 * <p>The first event of a queue and lane registers these, tagged {@code queue} (its name) and
 * {@code lane} ({@code query} or {@code bulk}). A run is one call of the batch function; the parts
 * of a failed batch that run again count as runs of their own.
 *
 * <ul>
 *   <li>{@code bge.batch.size}, summary in items: the items of a run;
 *   <li>{@code bge.batch.cost}, summary in the unit that the queue counts in, tokens for texts: the
 *       cost of a run;
 *   <li>{@code bge.batch.wait}, timer: from the submission of the oldest item to the start of the
 *       run;
 *   <li>{@code bge.batch.run}, timer: the time in the batch function, failed runs included;
 *   <li>{@code bge.batch.failed}, counter in runs: the batch function threw, or did not give one
 *       result an item;
 *   <li>{@code bge.batch.rejected}, counter in requests: refused because of what waits already;
 *   <li>{@code bge.batch.expired}, counter in requests: not done by the deadline.
 * </ul>
 *
 * <p>One counter has neither tag: {@code bge.batch.replaced}, in workers, which died of an
 * {@link Error}. {@link #watch} adds two gauges. Percentiles and histograms are for a
 * {@link io.micrometer.core.instrument.config.MeterFilter} of the registry to switch on.
 *
 * <p>An event costs one look-up by name and no meter look-up.
 */
public final class BatchExecutorMetrics implements BatchListener, AutoCloseable {

  private final MeterRegistry registry;
  private final Tags tags;
  private final Map<String, QueueMeters> queries = new ConcurrentHashMap<>();
  private final Map<String, QueueMeters> bulk = new ConcurrentHashMap<>();
  private final Counter replaced;
  private final Queue<Gauge> gauges = new ConcurrentLinkedQueue<>();

  /**
   * Makes a listener; give it to the builder of the executor.
   *
   * @param registry where the meters are; not closed
   * @param tags of every meter; executors that share a registry need the same keys with different
   *     values, as a registry keeps only the first of two gauges of one name and one set of tags
   */
  public BatchExecutorMetrics(MeterRegistry registry, Tag... tags) {
    this.registry = registry;
    this.tags = Tags.of(tags);
    replaced = Counter.builder("bge.batch.replaced")
        .description("Workers that died of an error and were replaced")
        .baseUnit("workers")
        .tags(this.tags)
        .register(registry);
  }

  /**
   * Adds gauges of what each lane holds: waiting, running, or done and not yet delivered, over all
   * queues.
   *
   * <p>They are {@code bge.batch.queued.items}, in items, and {@code bge.batch.queued.cost}, in the
   * unit that the queues count in; both tagged {@code lane}. They do not keep the executor from
   * being garbage collected.
   *
   * @param executor the one that has this listener
   */
  public void watch(BatchExecutor executor) {
    for (Lane lane : Lane.values()) {
      Tags laneTags = tags.and(tag(lane));
      gauges.add(Gauge.builder("bge.batch.queued.items", executor, it -> it.queuedItems(lane))
          .description("Items that a lane holds, from admission to delivery")
          .baseUnit("items")
          .tags(laneTags)
          .register(registry));
      gauges.add(Gauge.builder("bge.batch.queued.cost", executor, it -> it.queuedCost(lane))
          .description("Cost of the items that a lane holds, from admission to delivery")
          .tags(laneTags)
          .register(registry));
    }
  }

  @Override
  public void batchRan(BatchReport report) {
    meters(report.queue(), report.lane()).ran(report);
  }

  @Override
  public void requestRejected(String queue, Lane lane, int items) {
    meters(queue, lane).rejected();
  }

  @Override
  public void requestExpired(String queue, Lane lane, int items) {
    meters(queue, lane).expired();
  }

  @Override
  public void workerReplaced(Throwable cause) {
    replaced.increment();
  }

  /**
   * Takes the gauges off the registry, so that those of the next executor can take their place; all
   * other meters stay, and the next executor of the same tags goes on counting in them. Idempotent.
   */
  @Override
  public void close() {
    for (Gauge gauge = gauges.poll(); gauge != null; gauge = gauges.poll()) {
      registry.remove(gauge);
    }
  }

  private QueueMeters meters(String queue, Lane lane) {
    Map<String, QueueMeters> known = lane == Lane.QUERY ? queries : bulk;
    QueueMeters meters = known.get(queue);
    return meters != null
        ? meters
        : known.computeIfAbsent(
            queue, name -> new QueueMeters(registry, tags.and(Tag.of("queue", name), tag(lane))));
  }

  private static Tag tag(Lane lane) {
    return Tag.of("lane", lane.name().toLowerCase(Locale.ROOT));
  }
}
