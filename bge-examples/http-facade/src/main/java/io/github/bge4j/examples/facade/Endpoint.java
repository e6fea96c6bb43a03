package io.github.bge4j.examples.facade;

import java.util.concurrent.CompletableFuture;

/** What answers one route; thread-safe. */
interface Endpoint {

  /**
   * Begins to answer.
   *
   * @throws ApiException if the request cannot be served
   */
  CompletableFuture<? extends Answer> answer(RequestBody body);
}
