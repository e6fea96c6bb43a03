package io.github.bge4j.examples.facade;

import io.github.bge4j.Output;
import io.github.bge4j.PairScore;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.TextPair;
import io.github.bge4j.batching.RequestOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Models that compute nothing: what becomes of texts is the test's business. */
final class FakeModels implements ModelLoader, TextModel {

  final AtomicInteger loads = new AtomicInteger();

  private final BiFunction<List<String>, RequestOptions, CompletableFuture<List<TextVectors>>>
      embedding;

  FakeModels(
      BiFunction<List<String>, RequestOptions, CompletableFuture<List<TextVectors>>> embedding) {
    this.embedding = embedding;
  }

  static TextVectors vector(float... dense) {
    return new TextVectors(1, false, dense, null);
  }

  static FacadeSettings settings(Map<String, String> more) {
    return FacadeSettings.from(new Variables(more, Map.of("PORT", "0")));
  }

  RunningFacade start(Map<String, String> more) {
    return new RunningFacade(Facade.start(settings(more), this));
  }

  @Override
  public TextModel embedder() {
    loads.incrementAndGet();
    return this;
  }

  @Override
  public PairModel reranker() {
    return new PairModel() {
      @Override
      public CompletableFuture<List<RankedDocument<String>>> rank(
          String query, List<String> documents, RequestOptions options) {
        return CompletableFuture.completedFuture(
            List.of(new RankedDocument<>(0, documents.get(0), Double.NaN, 1, false)));
      }

      @Override
      public CompletableFuture<List<PairScore>> score(
          List<TextPair> pairs, RequestOptions options) {
        return CompletableFuture.completedFuture(List.of(new PairScore(Double.NaN, 1, false)));
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public int dimension() {
    return 1;
  }

  @Override
  public ModelTokens tokens() {
    return new ModelTokens(0, 2, 5_002);
  }

  @Override
  public CompletableFuture<List<TextVectors>> embed(
      List<String> texts, RequestOptions options, Output... outputs) {
    return embedding.apply(texts, options);
  }

  @Override
  public CompletableFuture<List<TextVectors>> embedTokens(
      List<int[]> texts, RequestOptions options, Output... outputs) {
    throw new IllegalStateException("no token ids here");
  }

  @Override
  public void close() {}
}
