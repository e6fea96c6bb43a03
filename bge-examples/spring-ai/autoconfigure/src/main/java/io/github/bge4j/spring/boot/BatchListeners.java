package io.github.bge4j.spring.boot;

import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.batching.Lane;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Several listeners as one, told in their order. One that throws keeps nothing from the others; its
 * first failure is logged.
 */
final class BatchListeners implements BatchListener {

  private final List<BatchListener> all;
  private final Set<BatchListener> failedBefore = ConcurrentHashMap.newKeySet();

  private BatchListeners(List<BatchListener> all) {
    this.all = all;
  }

  static BatchListener of(List<BatchListener> listeners) {
    return switch (listeners.size()) {
      case 0 -> BatchListener.NONE;
      case 1 -> listeners.get(0);
      default -> new BatchListeners(List.copyOf(listeners));
    };
  }

  @Override
  public void batchRan(BatchReport report) {
    tell(listener -> listener.batchRan(report));
  }

  @Override
  public void requestRejected(String queue, Lane lane, int items) {
    tell(listener -> listener.requestRejected(queue, lane, items));
  }

  @Override
  public void requestExpired(String queue, Lane lane, int items) {
    tell(listener -> listener.requestExpired(queue, lane, items));
  }

  @Override
  public void workerReplaced(Throwable cause) {
    tell(listener -> listener.workerReplaced(cause));
  }

  private void tell(Consumer<BatchListener> message) {
    for (BatchListener listener : all) {
      try {
        message.accept(listener);
      } catch (Throwable e) {
        // As the executor itself does with a lone listener.
        if (failedBefore.add(listener)) {
          LoggerFactory.getLogger(BatchListeners.class)
              .warn("a batch listener failed; its later failures are not logged", e);
        }
      }
    }
  }
}
