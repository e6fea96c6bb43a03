package io.github.bge4j.examples.facade;

import io.github.bge4j.DeviceChoice;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.Token;
import io.github.bge4j.batching.RequestOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** Returns what the model gives. */
  default Set<Output> outputs() {
    return Set.of(Output.DENSE);
  }

  /** Returns where it runs, if it runs anywhere. */
  default Optional<DeviceChoice> device() {
    return Optional.empty();
  }

  /** Returns the most tokens that it reads of a text. */
  default int maxTokens() {
    return Integer.MAX_VALUE;
  }

  /** Returns the tokens of a text with the special ones around it, uncut. */
  default List<Token> tokenize(String text) {
    throw new InvalidOptionException("this model has no tokens to show; use another one");
  }

  /** Returns the text of token ids. */
  default String decode(int[] tokenIds, boolean skipSpecial) {
    throw new InvalidOptionException("this model has no tokens to read; use another one");
  }

  @Override
  void close();
}
