package io.github.bge4j.batching;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The worker threads of an executor. Thread-safe. */
final class WorkerCrew {

  private final ThreadFactory factory;
  private final Dispatcher dispatcher;
  private final BatchRunner runner;
  private final Events events;
  private final int devices;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  WorkerCrew(
      ThreadFactory factory,
      Dispatcher dispatcher,
      BatchRunner runner,
      Events events,
      int devices) {
    this.factory = factory;
    this.dispatcher = dispatcher;
    this.runner = runner;
    this.events = events;
    this.devices = devices;
  }

  /** Starts a worker; the numbers are dealt out to the devices in turn. */
  void hire(int number) {
    threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    Thread thread = factory.newThread(() -> work(number));
    thread.start();
    threads.add(thread);
  }

  private void work(int number) {
    IdleWorkers.Seat seat = new IdleWorkers.Seat(Thread.currentThread(), number, number % devices);
    Throwable cause = serve(seat);
    while (cause != null && !isReplaced(number, cause)) {
      // No new thread to be had: a doubtful worker is better than none.
      cause = serve(seat);
    }
    dispatcher.release(seat);
  }

  /** Runs batches until the executor stops, returning null, or the thread should not be trusted. */
  private @Nullable Throwable serve(IdleWorkers.Seat seat) {
    try {
      for (Batch batch = dispatcher.take(seat); batch != null; batch = dispatcher.take(seat)) {
        Throwable cause = runner.run(batch);
        if (cause != null) {
          return cause;
        }
      }
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private boolean isReplaced(int number, Throwable cause) {
    try {
      hire(number);
    } catch (Throwable e) {
      cause.addSuppressed(e);
      return false;
    }
    events.workerReplaced(cause);
    return true;
  }

  boolean isMember(Thread thread) {
    return threads.contains(thread);
  }

  /** Waits for the end of every thread. Those that are hired meanwhile are waited for as well. */
  void join() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
