package io.github.bge4j.batching;

/**
 * How urgent a request is.
 *
 * <p>Each lane has a queue budget of its own, so that a flood of bulk work never makes the executor
 * refuse a query. While both lanes have work, they share the workers by cost:
 * {@link BatchExecutorBuilder#queryWeight} parts for {@link #QUERY}, one part for {@link #BULK}.
 */
public enum Lane {
  /** Somebody waits for the answer. */
  QUERY,

  /** Throughput matters, not the single answer. */
  BULK
}
