package io.github.bge4j.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.RequestOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's code, around a queue that needs no model. */
@Timeout(60)
class ReadmeTest {

  @Test
  void executor_asInTheReadme_hasMetersAndLeavesThemWithoutGauges() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    try (BatchExecutorMetrics metrics = new BatchExecutorMetrics(registry);
        BatchExecutor executor = BatchExecutor.builder().listener(metrics).build()) {
      metrics.watch(executor);
      BatchQueue<Integer, Integer> queue = executor.register(
          "m3", BatchLimits.packed(64, 1_000), item -> item, (items, context) -> items);
      assertThat(queue.submit(20, RequestOptions.query()).get()).isEqualTo(20);
      assertThat(registry.get("bge.batch.queued.items").gauges()).hasSize(2);
    }
    assertThat(registry.find("bge.batch.queued.items").gauges()).isEmpty();
    assertThat(registry
            .get("bge.batch.cost")
            .tags("queue", "m3", "lane", "query")
            .summary()
            .totalAmount())
        .isEqualTo(20);
  }
}
