package io.github.bge4j;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The future of a call that takes several requests one after the other. When it is completed from
 * outside (cancelled, or by {@code orTimeout}), the request that is under way is cancelled.
 *
 * <p>Thread-safe.
 */
final class RequestChain<V> extends CompletableFuture<V> {

  private volatile @Nullable CompletableFuture<?> step;

  private final Failures failures;

  private RequestChain(Failures failures) {
    this.failures = failures;
  }

  static <V> RequestChain<V> create(Failures failures) {
    RequestChain<V> chain = new RequestChain<>(failures);
    CompletableFuture<V> unused = chain.whenComplete((value, failure) -> chain.cancelStep());
    return chain;
  }

  /**
   * Makes a request the step that is under way.
   *
   * @param next gets its results; what it throws fails the chain, as a failure of the step does
   */
  <R> void follow(CompletableFuture<List<R>> request, Consumer<List<R>> next) {
    step = request;
    if (isDone()) {
      cancelStep();
    }
    CompletableFuture<List<R>> unused = request.whenComplete((results, failure) -> {
      if (failure == null) {
        guard(() -> next.accept(results));
      } else {
        completeExceptionally(failures.translate(failure));
      }
    });
  }

  /** Runs an action unless the chain is completed; what it throws fails the chain. */
  void guard(Runnable action) {
    if (isDone()) {
      return;
    }
    try {
      action.run();
    } catch (Throwable e) {
      // Nobody else would tell the caller, whatever it is.
      completeExceptionally(failures.translate(e));
    }
  }

  private void cancelStep() {
    CompletableFuture<?> current = step;
    if (current != null) {
      current.cancel(true);
    }
  }

  /** What depends on it is a plain future: cancelling that does not cancel this. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
