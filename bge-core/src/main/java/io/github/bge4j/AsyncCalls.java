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
 * <p>Thread-safe. Threads are started when they are first needed. What depends on a future runs on
 * them, too, and so must not wait for another call.
 */
final class AsyncCalls implements AutoCloseable {

  private final String model;
  private final ExecutorService threads;

  /**
   * Makes an executor.
   *
   * @param model what messages and threads call the model
   * @param most how many calls run at a time; more of them wait in line
   */
  AsyncCalls(String model, int most) {
    this.model = model;
    AtomicInteger count = new AtomicInteger();
    this.threads = Executors.newFixedThreadPool(most, task -> {
      Thread thread = new Thread(task, "bge-" + model + "-async-" + count.incrementAndGet());
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
      future.completeExceptionally(closed());
    }
    return future;
  }

  private <T> void complete(CompletableFuture<T> future, Supplier<T> call) {
    if (future.isDone()) {
      return;
    }
    try {
      if (threads.isShutdown()) {
        throw closed();
      }
      future.complete(call.get());
    } catch (Throwable e) {
      // Nobody else would tell the caller, whatever it is.
      future.completeExceptionally(e);
    }
  }

  private ClosedException closed() {
    return new ClosedException("the " + model + " is closed; use it before close()");
  }

  /** Takes no more calls; those in line fail, and those that have begun go on. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
