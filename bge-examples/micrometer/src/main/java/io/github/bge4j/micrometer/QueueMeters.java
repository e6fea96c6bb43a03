package io.github.bge4j.micrometer;

import io.github.bge4j.batching.BatchReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/** The meters of one lane of one queue; {@link BatchExecutorMetrics} says what they mean. */
final class QueueMeters {

  private final DistributionSummary size;
  private final DistributionSummary cost;
  private final Timer wait;
  private final Timer run;
  private final Counter failed;
  private final Counter rejected;
  private final Counter expired;

  QueueMeters(MeterRegistry registry, Tags tags) {
    size = DistributionSummary.builder("bge.batch.size")
        .description("Items of a run of the batch function")
        .baseUnit("items")
        .tags(tags)
        .register(registry);
    cost = DistributionSummary.builder("bge.batch.cost")
        .description("Cost of a run of the batch function, in the unit of the queue")
        .tags(tags)
        .register(registry);
    wait = Timer.builder("bge.batch.wait")
        .description("From the submission of the oldest item to the start of the run")
        .tags(tags)
        .register(registry);
    run = Timer.builder("bge.batch.run")
        .description("Time in the batch function, failed runs included")
        .tags(tags)
        .register(registry);
    failed = counter(registry, tags, "failed", "runs", "Runs that gave no valid results");
    rejected = counter(
        registry, tags, "rejected", "requests", "Requests refused because of what waits already");
    expired = counter(registry, tags, "expired", "requests", "Requests not done by their deadline");
  }

  private static Counter counter(
      MeterRegistry registry, Tags tags, String event, String unit, String description) {
    return Counter.builder("bge.batch." + event)
        .description(description)
        .baseUnit(unit)
        .tags(tags)
        .register(registry);
  }

  void ran(BatchReport report) {
    size.record(report.items());
    cost.record((double) report.cost());
    wait.record(report.waited());
    run.record(report.ran());
    if (report.failure() != null) {
      failed.increment();
    }
  }

  void rejected() {
    rejected.increment();
  }

  void expired() {
    expired.increment();
  }
}
