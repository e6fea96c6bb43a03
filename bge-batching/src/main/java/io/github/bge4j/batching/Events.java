package io.github.bge4j.batching;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listener, and survives it. Thread-safe; never called under a lock. */
final class Events {

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  private final BatchListener listener;
  private final AtomicBoolean failedBefore = new AtomicBoolean();

  Events(BatchListener listener) {
    this.listener = listener;
  }

  void ran(Batch batch, long started, long ended, @Nullable Throwable failure) {
    if (!listener.equals(BatchListener.NONE)) {
      BatchReport report = new BatchReport(
          batch.function().name(),
          batch.lane(),
          batch.size(),
          batch.cost(),
          Duration.ofNanos(Math.max(0, started - batch.oldest())),
          Duration.ofNanos(ended - started),
          failure);
      tell(told -> told.batchRan(report));
    }
  }

  void rejected(Request request) {
    tell(told -> told.requestRejected(request.function().name(), request.lane(), request.size()));
  }

  void expired(Request request) {
    tell(told -> told.requestExpired(request.function().name(), request.lane(), request.size()));
  }

  void workerReplaced(Throwable cause) {
    LOG.error("a worker died in a batch function and is replaced", cause);
    tell(told -> told.workerReplaced(cause));
  }

  private void tell(Consumer<BatchListener> message) {
    try {
      message.accept(listener);
    } catch (Throwable e) {
      // Metrics must not cost anybody a result, whatever it is.
      if (failedBefore.compareAndSet(false, true)) {
        LOG.warn("the batch listener failed; its later failures are not logged", e);
      }
    }
  }
}
