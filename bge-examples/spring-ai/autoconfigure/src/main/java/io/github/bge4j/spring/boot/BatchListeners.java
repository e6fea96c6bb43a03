package io.github.bge4j.spring.boot;

import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.batching.Lane;
import java.util.List;

/** Several listeners as one, told in their order. */
record BatchListeners(List<BatchListener> all) implements BatchListener {

  static BatchListener of(List<BatchListener> listeners) {
    return listeners.size() == 1 ? listeners.get(0) : new BatchListeners(listeners);
  }

  @Override
  public void batchRan(BatchReport report) {
    all.forEach(listener -> listener.batchRan(report));
  }

  @Override
  public void requestRejected(String queue, Lane lane, int items) {
    all.forEach(listener -> listener.requestRejected(queue, lane, items));
  }

  @Override
  public void requestExpired(String queue, Lane lane, int items) {
    all.forEach(listener -> listener.requestExpired(queue, lane, items));
  }

  @Override
  public void workerReplaced(Throwable cause) {
    all.forEach(listener -> listener.workerReplaced(cause));
  }
}
