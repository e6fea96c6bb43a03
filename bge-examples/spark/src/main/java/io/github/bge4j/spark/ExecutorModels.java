package io.github.bge4j.spark;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The models of this JVM, one for equal settings, open until the JVM ends: an executor's tasks come
 * one after another and would open a model again and again.
 *
 * <p>Thread-safe. Tasks that need a model while it is being opened wait for it. One that cannot be
 * opened is not remembered.
 */
final class ExecutorModels {

  private static final ConcurrentMap<ModelSettings, BgeEmbedder> EMBEDDERS =
      new ConcurrentHashMap<>();
  private static final ConcurrentMap<ModelSettings, BgeReranker> RERANKERS =
      new ConcurrentHashMap<>();

  private ExecutorModels() {}

  /** Returns the embedder of the running task; not to be closed. */
  static BgeEmbedder embedder(ModelSettings settings) {
    return EMBEDDERS.computeIfAbsent(
        settings.inThisTask(), task -> task.applyTo(BgeEmbedder.builder()).build());
  }

  /** Returns the reranker of the running task; not to be closed. */
  static BgeReranker reranker(ModelSettings settings) {
    return RERANKERS.computeIfAbsent(
        settings.inThisTask(), task -> task.applyTo(BgeReranker.builder()).build());
  }
}
