package io.github.bge4j;

import java.util.concurrent.CompletableFuture;

/**
 * The future of a call. When it is completed from outside (cancelled, or by {@code orTimeout}), the
 * call is given up first, so that nothing that depends on the future can hold its work in a queue.
 *
 * <p>Thread-safe.
 */
final class AsyncResult<V> extends CompletableFuture<V> {

  private volatile Runnable giveUp = () -> {};

  /** Sets what gives the call up; it runs at once if the future is completed already. */
  void onGivenUp(Runnable action) {
    giveUp = action;
    if (isDone()) {
      action.run();
    }
  }

  /** Completes the future with what the call gave. */
  void succeed(V value) {
    super.complete(value);
  }

  /** Completes the future with why the call gave nothing. */
  void fail(RuntimeException failure) {
    super.completeExceptionally(failure);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    giveUp.run();
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public boolean complete(V value) {
    giveUp.run();
    return super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    giveUp.run();
    return super.completeExceptionally(failure);
  }

  /** What depends on it is a plain future: cancelling that does not give the call up. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
