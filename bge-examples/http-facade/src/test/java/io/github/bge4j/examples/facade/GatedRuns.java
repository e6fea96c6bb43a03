package io.github.bge4j.examples.facade;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.testing.Waits;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A real executor with one worker, whose runs wait until the gate opens. */
final class GatedRuns implements AutoCloseable {

  private final CountDownLatch gate = new CountDownLatch(1);
  private final CountDownLatch started = new CountDownLatch(1);
  private final BatchExecutor executor;
  private final BatchQueue<String, TextVectors> queue;

  GatedRuns(int maxQueuedItems) {
    executor = BatchExecutor.builder().workers(1).maxQueuedItems(maxQueuedItems).build();
    queue = executor.register("fake", BatchLimits.packed(8, 8), text -> 1, (texts, context) -> {
      started.countDown();
      gate.await();
      return texts.stream().map(text -> FakeModels.vector(1)).toList();
    });
  }

  CompletableFuture<List<TextVectors>> embed(List<String> texts, RequestOptions options) {
    return queue.submitAll(texts, options);
  }

  void awaitStart() throws InterruptedException {
    started.await();
  }

  /** Waits until so many texts were accepted and have no answer. */
  void awaitQueued(int texts) {
    Waits.until(() -> queued() == texts);
  }

  int queued() {
    return executor.queuedItems(Lane.QUERY);
  }

  void open() {
    gate.countDown();
  }

  @Override
  public void close() {
    open();
    executor.close();
  }
}
