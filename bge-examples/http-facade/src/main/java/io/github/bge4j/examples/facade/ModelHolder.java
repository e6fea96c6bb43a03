package io.github.bge4j.examples.facade;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The embedder and the reranker, which load in a thread of their own. Thread-safe. */
final class ModelHolder implements AutoCloseable {

  private final ModelSlot<TextModel> embedder = new ModelSlot<>("embedder");
  private final ModelSlot<PairModel> reranker = new ModelSlot<>("reranker");
  private final ModelLoader loader;
  private final Thread thread;
  private volatile boolean closing;

  /** Takes over the loader; loads nothing yet. */
  ModelHolder(ModelLoader loader) {
    this.loader = loader;
    thread = new Thread(
        () -> {
          embedder.load(loader::embedder);
          if (!closing) {
            reranker.load(loader::reranker);
          }
        },
        "facade-models");
    thread.setDaemon(true);
  }

  /** Begins to load; called once. */
  void load() {
    thread.start();
  }

  TextModel embedder() {
    return embedder.get();
  }

  PairModel reranker() {
    return reranker.get();
  }

  boolean embedderLoaded() {
    return embedder.loaded();
  }

  boolean rerankerLoaded() {
    return reranker.loaded();
  }

  /** Returns what keeps the service from being ok; nothing if it is. */
  List<String> reasons() {
    return Stream.of(embedder.reason(), reranker.reason())
        .flatMap(Optional::stream)
        .toList();
  }

  /** Returns whether a model failed to load, and so will never be there. */
  boolean failed() {
    return embedder.failed() || reranker.failed();
  }

  /** Ends a download, waits until no model loads any more, then frees them. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (embedder.loaded()) {
      embedder.get().close();
    }
    if (reranker.loaded()) {
      reranker.get().close();
    }
    loader.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
