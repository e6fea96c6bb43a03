package io.github.bge4j.batching;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs claimed batches. Thread-safe; used by workers and by callers that run their own request. */
final class BatchRunner {

  private final Dispatcher dispatcher;
  private final Clock clock;
  private final Events events;

  BatchRunner(Dispatcher dispatcher, Clock clock, Events events) {
    this.dispatcher = dispatcher;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Runs a batch until each of its items has a result or has failed. Throws nothing.
   *
   * @return the error that the function threw, after which this thread should not be trusted; null
   *     otherwise
   */
  @Nullable Throwable run(Batch batch) {
    try {
      Throwable failure = attempt(batch);
      return failure == null ? null : new Isolation(dispatcher, clock, this).run(batch, failure);
    } catch (Throwable e) {
      // Out of heap in our own code, or a bug: nobody may wait for ever because of it.
      dispatcher.exclusively(() -> {
        dispatcher.scheduler().end(batch);
        dispatcher.scheduler().fail(batch, false, e);
      });
      return e;
    }
  }

  /** Runs a batch once; returns what went wrong, if anything did. */
  @Nullable Throwable attempt(Batch batch) {
    Throwable failure = null;
    long started = clock.now();
    try {
      keep(batch, batch.function().function().run(batch.items(), batch.context()));
    } catch (Throwable e) {
      // Whatever it is, somebody waits to hear of it.
      failure = e;
    }
    long ended = clock.now();
    if (failure == null) {
      dispatcher.exclusively(() -> dispatcher.scheduler().succeeded(batch, ended, ended - started));
    }
    events.ran(batch, started, ended, failure);
    return failure;
  }

  private static void keep(Batch batch, List<Object> results) {
    if (results.size() != batch.size()) {
      throw new IllegalStateException(
          "the batch function of '" + batch.function().name() + "' returned " + results.size()
              + " results for " + batch.size() + " items; this is a bug in it");
    }
    int i = 0;
    for (Object result : results) {
      if (result == null) {
        throw new IllegalStateException("the batch function of '"
            + batch.function().name() + "' returned null; this is a bug in it");
      }
      batch.request(i).keep(batch.index(i), result);
      i++;
    }
  }
}
