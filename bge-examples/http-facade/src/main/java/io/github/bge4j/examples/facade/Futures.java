package io.github.bge4j.examples.facade;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What {@link CompletableFuture} lacks. */
final class Futures {

  private Futures() {}

  /** Maps a result; cancelling the returned future cancels the other one. */
  @SuppressWarnings("FutureReturnValueIgnored") // Both callbacks end in the returned future.
  static <T, R> CompletableFuture<R> map(CompletableFuture<T> future, Function<T, R> function) {
    CompletableFuture<R> mapped = future.thenApply(function);
    mapped.whenComplete((value, failure) -> {
      if (mapped.isCancelled()) {
        future.cancel(true);
      }
    });
    return mapped;
  }

  /** Fails with another exception; cancelling the returned future cancels the other one. */
  @SuppressWarnings("FutureReturnValueIgnored") // Both callbacks end in the returned future.
  static <T> CompletableFuture<T> mapFailure(
      CompletableFuture<T> future, Function<Throwable, RuntimeException> function) {
    CompletableFuture<T> mapped = future.handle((value, failure) -> {
      if (failure != null) {
        throw function.apply(failure);
      }
      return value;
    });
    mapped.whenComplete((value, failure) -> {
      if (mapped.isCancelled()) {
        future.cancel(true);
      }
    });
    return mapped;
  }
}
