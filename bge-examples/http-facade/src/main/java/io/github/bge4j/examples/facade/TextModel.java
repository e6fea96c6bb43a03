package io.github.bge4j.examples.facade;

import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the service needs of an embedder; the seam for a model that computes nothing. */
interface TextModel extends AutoCloseable {

  int dimension();

  ModelTokens tokens();

  /** Embeds texts as passages; cancelling the future drops work that has not begun. */
  CompletableFuture<List<TextVectors>> embed(
      List<String> texts, RequestOptions options, Output... outputs);

  /** Does the same with texts that are token ids already. */
  CompletableFuture<List<TextVectors>> embedTokens(
      List<int[]> texts, RequestOptions options, Output... outputs);

  @Override
  void close();
}
