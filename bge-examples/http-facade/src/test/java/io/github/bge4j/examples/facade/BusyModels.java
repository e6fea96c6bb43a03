package io.github.bge4j.examples.facade;

import io.github.bge4j.Output;
import io.github.bge4j.PairScore;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.TextPair;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.RequestOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Models whose queue is full until {@link #free} is called: every request before gets a 429. */
final class BusyModels implements ModelLoader, TextModel, PairModel {

  private final CountDownLatch gate = new CountDownLatch(1);
  private final BatchExecutor executor =
      BatchExecutor.builder().name("busy").workers(1).maxQueuedItems(1).build();
  private final BatchQueue<String, TextVectors> queue =
      executor.register("texts", BatchLimits.packed(1, 100), text -> 1, (texts, context) -> {
        gate.await();
        return List.of(new TextVectors(3, false, new float[] {1, 0}, null));
      });
  private final CompletableFuture<TextVectors> running =
      queue.submit("first", RequestOptions.query());

  /** Lets the queue drain, and waits until it has. */
  void free() {
    gate.countDown();
    running.join();
  }

  @Override
  public TextModel embedder() {
    return this;
  }

  @Override
  public PairModel reranker() {
    return this;
  }

  @Override
  public int dimension() {
    return 2;
  }

  @Override
  public ModelTokens tokens() {
    return new ModelTokens(0, 2, 5_002);
  }

  @Override
  public CompletableFuture<List<TextVectors>> embed(
      List<String> texts, RequestOptions options, Output... outputs) {
    return queue.submitAll(texts, options);
  }

  @Override
  public CompletableFuture<List<RankedDocument<String>>> rank(
      String query, List<String> documents, RequestOptions options) {
    return queue
        .submit(query, options)
        .thenApply(any -> List.of(new RankedDocument<>(0, documents.get(0), 1, 3, false)));
  }

  @Override
  public CompletableFuture<List<PairScore>> score(List<TextPair> pairs, RequestOptions options) {
    return queue
        .submit(pairs.get(0).query(), options)
        .thenApply(any -> List.of(new PairScore(1, 3, false)));
  }

  @Override
  public CompletableFuture<List<TextVectors>> embedTokens(
      List<int[]> texts, RequestOptions options, Output... outputs) {
    throw new IllegalStateException("no token ids here");
  }

  @Override
  public void close() {
    gate.countDown();
    executor.close();
  }
}
