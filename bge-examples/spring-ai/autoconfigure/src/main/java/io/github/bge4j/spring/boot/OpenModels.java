package io.github.bge4j.spring.boot;

import io.github.bge4j.batching.BatchExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * All that this configuration has opened, closed in the order in which work can end: first the
 * executors, which are given some time for what they have taken, then the models.
 *
 * <p>The beans themselves are closed by nothing else. They depend on this one, so that whatever
 * uses them is gone before.
 */
final class OpenModels implements AutoCloseable {

  private final Duration timeout;
  private final List<BatchExecutor> executors = new ArrayList<>();
  private final List<Runnable> models = new ArrayList<>();

  OpenModels(Duration timeout) {
    this.timeout = timeout;
  }

  synchronized BatchExecutor add(BatchExecutor executor) {
    executors.add(executor);
    return executor;
  }

  /** Takes what closes a model. */
  synchronized void add(Runnable close) {
    models.add(close);
  }

  @Override
  public synchronized void close() {
    long start = System.nanoTime();
    for (BatchExecutor executor : executors) {
      Duration left = timeout.minusNanos(System.nanoTime() - start);
      executor.close(left.isNegative() ? Duration.ZERO : left);
    }
    models.forEach(Runnable::run);
  }
}
