package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was decided under the lock and has to be told without it. Not thread-safe. */
final class Outbox {

  /** Never written to. */
  static final Outbox NOTHING = new Outbox();

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final List<Thread> awake = new ArrayList<>(0);
  private final List<Batch> abandoned = new ArrayList<>(0);
  /** Linked by {@link Request#next}, so that even without memory none is forgotten. */
  private @Nullable Request firstResolved;

  private @Nullable Request lastResolved;

  /** A parked thread has something to do. */
  void wake(Thread thread) {
    awake.add(thread);
  }

  /** A request, which is in no line, has its outcome. */
  void deliver(Request request) {
    request.next = null;
    if (lastResolved == null) {
      firstResolved = request;
    } else {
      lastResolved.next = request;
    }
    lastResolved = request;
  }

  /** Nobody wants the results of a run any more. */
  void abandon(Batch batch) {
    abandoned.add(batch);
  }

  boolean isEmpty() {
    return firstResolved == null && awake.isEmpty() && abandoned.isEmpty();
  }

  List<Batch> abandoned() {
    return abandoned;
  }

  /** Returns the resolved requests in their order, for a test. */
  List<Request> resolved() {
    List<Request> all = new ArrayList<>();
    for (Request request = firstResolved; request != null; request = request.next) {
      all.add(request);
    }
    return all;
  }

  /**
   * Tells everybody. Called without a lock; throws nothing.
   *
   * @param completions where futures are completed, as that runs what their owners hung on them
   */
  void tell(Executor completions, Events events) {
    for (Thread thread : awake) {
      LockSupport.unpark(thread);
    }
    Request next;
    for (Request request = firstResolved; request != null; request = next) {
      next = request.next;
      request.next = null;
      try {
        tell(request, completions, events);
      } catch (Throwable e) {
        // The others wait as well.
        LOG.error("an outcome could not be delivered", e);
      }
    }
    for (Batch batch : abandoned) {
      batch.abandon();
    }
  }

  private static void tell(Request request, Executor completions, Events events) {
    if (request.failure() instanceof DeadlineExceededException) {
      events.expired(request);
    }
    if (request.recipient().waitingThread() == null) {
      try {
        completions.execute(request);
      } catch (Throwable e) {
        // Shut down, or out of threads or memory: a late future is better than a lost one.
        request.run();
      }
    } else {
      request.run();
    }
  }
}
