package io.github.bge4j.spring.boot;

import static io.github.bge4j.spring.boot.ModelProperties.below;
import static io.github.bge4j.spring.boot.ModelProperties.set;

import io.github.bge4j.Device;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchExecutorBuilder;
import io.github.bge4j.batching.BatchListener;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The executor that runs the models of one device, and that of a reranker on another.
 *
 * @param name Prefix of thread names.
 * @param workers Runs that go on at a time. Default: the number of cores, on CUDA two a card.
 * @param callersRun Whether a caller may run its own request while a worker is idle. Default: true,
 *     on CUDA never.
 * @param itemMakers Threads that tokenize large requests. Default: 0, on CUDA the number of cores.
 * @param maxQueuedItems Texts that queries, and bulk work, may have waiting or running. Default:
 *     2048, on CUDA 4096 a worker.
 * @param maxQueuedCost Tokens that queries, and bulk work, may have waiting or running.
 * @param maxWait How long a request may be held back to gather company.
 * @param lookAhead Among how many waiting requests texts of matching length are looked for.
 * @param queryWeight Share of queries for each unit of bulk work while both wait.
 * @param ageLimit Age from which waiting bulk work weighs as much as queries.
 * @param shutdownTimeout How long work that was taken may go on when the application stops.
 */
@ConfigurationProperties(ExecutorProperties.PREFIX)
record ExecutorProperties(
    @DefaultValue("bge") String name,
    @Nullable Integer workers,
    @Nullable Boolean callersRun,
    @Nullable Integer itemMakers,
    @Nullable Integer maxQueuedItems,
    @DefaultValue("1048576") long maxQueuedCost,
    @DefaultValue("0ms") Duration maxWait,
    @DefaultValue("128") int lookAhead,
    @DefaultValue("4") int queryWeight,
    @DefaultValue("1s") Duration ageLimit,
    @DefaultValue("10s") Duration shutdownTimeout) {

  static final String PREFIX = "bge.executor";

  /** One computes while the other makes ready and copies. */
  private static final int WORKERS_PER_CARD = 2;

  /** Four batches of the usual 1,024 texts: one runs, one follows, two are being delivered. */
  private static final int QUEUED_ITEMS_PER_CUDA_WORKER = 4_096;

  /**
   * Makes an executor for models that run on these devices.
   *
   * @throws InvalidOptionException if a property is wrong
   */
  BatchExecutor executor(List<Device> devices, BatchListener listener) {
    try {
      return builder(devices).listener(listener).build();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw below(PREFIX, e);
    }
  }

  private BatchExecutorBuilder builder(List<Device> devices) {
    BatchExecutorBuilder builder = BatchExecutor.builder()
        .name(name)
        .maxQueuedCost(maxQueuedCost)
        .maxWait(maxWait)
        .lookAhead(lookAhead)
        .queryWeight(queryWeight)
        .ageLimit(ageLimit);
    if (devices.get(0).kind() == Device.Kind.CUDA) {
      int onCards = workers == null ? WORKERS_PER_CARD * devices.size() : workers;
      // Every thread that runs takes memory of a card for good.
      builder
          .devices(devices.size())
          .workers(onCards)
          .callersRun(false)
          .itemMakers(Runtime.getRuntime().availableProcessors())
          .maxQueuedItems(QUEUED_ITEMS_PER_CUDA_WORKER * onCards);
    } else {
      set(workers, builder::workers);
      set(callersRun, builder::callersRun);
    }
    set(itemMakers, builder::itemMakers);
    set(maxQueuedItems, builder::maxQueuedItems);
    return builder;
  }
}
