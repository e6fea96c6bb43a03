package io.github.bge4j;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Runs large calls, which wait for one part after the other, for callers that do not wait. Every
 * future completes: with the result, with a failure, or with a {@link ClosedException}.
 *
 * <p>Thread-safe. Threads are started when they are first needed.
 */
final class AsyncCalls implements AutoCloseable {

  private final Failures failures;
  private final ExecutorService threads;

  /**
   * Makes an executor.
   *
   * @param most how many calls run at a time; more of them wait in line
   */
  AsyncCalls(Failures failures, int most) {
    this.failures = failures;
    AtomicInteger count = new AtomicInteger();
    this.threads = Executors.newFixedThreadPool(most, task -> {
      Thread thread =
          new Thread(task, "bge-" + failures.model() + "-calls-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    });
  }

  /** Runs a call, which is interrupted when its future is completed from outside. */
  <V> void run(AsyncResult<V> result, Supplier<V> call) {
    try {
      Future<?> task = threads.submit(() -> complete(result, call));
      result.onGivenUp(() -> task.cancel(true));
    } catch (RejectedExecutionException e) {
      result.fail(failures.closed());
    }
  }

  private <V> void complete(AsyncResult<V> result, Supplier<V> call) {
    try {
      if (threads.isShutdown()) {
        throw failures.closed();
      }
      result.succeed(call.get());
    } catch (Throwable e) {
      // Nobody else would tell the caller, whatever it is.
      result.fail(failures.translate(e));
    }
  }

  /** Takes no more calls; those in line fail, and those that have begun go on. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
