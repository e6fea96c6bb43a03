package io.github.bge4j.langchain4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Futures of which cancelling the last cancels the first. */
final class Futures {

  private Futures() {}

  static <T, R> CompletableFuture<R> map(
      CompletableFuture<T> source, Function<? super T, ? extends R> function) {
    return cancelling(source, source.thenApply(function));
  }

  static <T, R> CompletableFuture<R> compose(
      CompletableFuture<T> source, Function<? super T, ? extends CompletionStage<R>> function) {
    return cancelling(source, source.thenCompose(function));
  }

  private static <R> CompletableFuture<R> cancelling(
      CompletableFuture<?> source, CompletableFuture<R> result) {
    CompletableFuture<R> unused = result.whenComplete((value, failure) -> {
      if (result.isCancelled()) {
        source.cancel(false);
      }
    });
    return result;
  }
}
