package io.github.bge4j.batching;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The future of a submitted request. Whoever completes it from outside (cancel, {@code orTimeout},
 * a value) thereby abandons the request.
 */
final class ResultFuture<V> extends CompletableFuture<V> implements Recipient {

  private final RegisteredFunction function;
  private final Function<Object[], V> shape;

  /**
   * Set before anybody else sees the future; let go in the end, so that the future does not hold on
   * to the items.
   */
  private volatile @Nullable Runnable abandonment;

  /**
   * Makes a future of a request.
   *
   * @param shape makes the value from the results
   */
  ResultFuture(RegisteredFunction function, Function<Object[], V> shape) {
    this.function = function;
    this.shape = shape;
  }

  /** Sets what takes the request off; it must bear being called twice. */
  void onAbandoned(Runnable action) {
    abandonment = action;
  }

  @Override
  public void succeed(Object[] results) {
    abandonment = null;
    try {
      super.complete(shape.apply(results));
    } catch (Throwable e) {
      // Otherwise nobody would ever hear of it.
      super.completeExceptionally(function.explain(BatchFailedException.of(function, -1, e)));
    }
  }

  @Override
  public void fail(RuntimeException failure) {
    abandonment = null;
    super.completeExceptionally(function.explain(failure));
  }

  @Override
  public @Nullable Thread waitingThread() {
    return null;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    abandon();
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public boolean complete(V value) {
    abandon();
    return super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    abandon();
    return super.completeExceptionally(failure);
  }

  /** Before the future completes, so that no dependent of it can hold the work in the queue. */
  private void abandon() {
    Runnable action = abandonment;
    abandonment = null;
    if (action != null && !isDone()) {
      action.run();
    }
  }

  /** Dependents are plain futures: cancelling one of them does not abandon the request. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
