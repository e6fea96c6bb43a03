package io.github.bge4j;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The future of a call. When it is completed from outside (cancelled, or by {@code orTimeout}), the
 * call is given up first, so that nothing that depends on the future can hold its work in a queue.
 *
 * <p>Thread-safe.
 */
final class AsyncResult<V> extends CompletableFuture<V> {

  /** Let go in the end, so that the future does not hold on to the texts. */
  private volatile @Nullable Runnable giveUp;

  /** Sets what gives the call up, before anybody else sees the future. */
  void onGivenUp(Runnable action) {
    giveUp = action;
  }

  /** Completes the future with what the call gave. */
  void succeed(V value) {
    super.complete(value);
    giveUp = null;
  }

  /** Completes the future with why the call gave nothing. */
  void fail(RuntimeException failure) {
    super.completeExceptionally(failure);
    giveUp = null;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    giveUp();
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public boolean complete(V value) {
    giveUp();
    return super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    giveUp();
    return super.completeExceptionally(failure);
  }

  private void giveUp() {
    Runnable action = giveUp;
    if (action != null) {
      action.run();
    }
    giveUp = null;
  }

  /** What depends on it is a plain future: cancelling that does not give the call up. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
