package io.github.bge4j.examples.facade;

/** Opens the two models; tests and load tests have one that opens fakes. */
interface ModelLoader extends AutoCloseable {

  TextModel embedder();

  PairModel reranker();

  /** Frees what the models share, after they were closed. */
  @Override
  void close();
}
