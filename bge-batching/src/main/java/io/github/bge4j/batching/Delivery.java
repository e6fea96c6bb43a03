package io.github.bge4j.batching;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells everybody what was decided. Thread-safe; never called under a lock. */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final Executor completions;
  private final Events events;

  /**
   * Makes a delivery.
   *
   * @param completions where futures are completed, as that runs what their owners hung on them
   */
  Delivery(Executor completions, Events events) {
    this.completions = completions;
    this.events = events;
  }

  void deliver(Outbox outbox) {
    for (Thread thread : outbox.awake()) {
      LockSupport.unpark(thread);
    }
    for (Request request : outbox.resolved()) {
      try {
        deliver(request);
      } catch (Throwable e) {
        // The others wait as well.
        LOG.error("an outcome could not be delivered", e);
      }
    }
    for (RunContext run : outbox.abandoned()) {
      run.abandon();
    }
  }

  private void deliver(Request request) {
    if (request.failure() instanceof DeadlineExceededException) {
      events.expired(request);
    }
    if (request.recipient().runsCallbacks()) {
      try {
        completions.execute(request);
      } catch (Throwable e) {
        // Shut down, or out of threads: a late future is better than a lost one.
        request.run();
      }
    } else {
      request.run();
    }
  }
}
