package io.github.bge4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Runs blocking calls for callers that do not wait. Every future completes: with the result, with
 * the exception of the call as it is, or with a {@link ClosedException}.
 *
 * <p>Thread-safe. Threads are started when they are first needed.
 */
final class AsyncCalls implements AutoCloseable {

  private final ExecutorService threads;

  /**
   * Makes an executor.
   *
   * @param name prefix of the thread names
   * @param most how many calls run at a time; more of them wait in line
   */
  AsyncCalls(String name, int most) {
    AtomicInteger count = new AtomicInteger();
    this.threads = Executors.newFixedThreadPool(most, task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    });
  }

  /** Runs a call unless its future is completed or cancelled before its turn. */
  <T> CompletableFuture<T> submit(Supplier<T> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    try {
      threads.execute(() -> complete(future, call));
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(
          new ClosedException("the model is closed; use it before close()"));
    }
    return future;
  }

  private static <T> void complete(CompletableFuture<T> future, Supplier<T> call) {
    if (future.isDone()) {
      return;
    }
    try {
      future.complete(call.get());
    } catch (Throwable e) {
      // Nobody else would tell the caller, whatever it is.
      future.completeExceptionally(e);
    }
  }

  /**
   * Takes no more calls. Those in line still get their turn, which is short: what they call is
   * closed.
   */
  @Override
  public void close() {
    threads.shutdown();
  }
}
