package io.github.bge4j.batching;

/**
 * Is told what an executor does, for metrics.
 *
 * <p>Called by workers and callers, several at the same time, never under a lock; it must be quick.
 * What it throws is logged once and dropped. For the depth of the queues, ask
 * {@link BatchExecutor#queuedItems(Lane)}.
 */
public interface BatchListener {

  /** Listens to nothing. */
  BatchListener NONE = new BatchListener() {};

  /**
   * A batch, or a part of one that had failed, has run.
   *
   * @param report what ran
   */
  default void batchRan(BatchReport report) {}

  /**
   * A request was refused because of what waits already.
   *
   * @param queue name of the queue
   * @param lane lane of the request
   * @param items size of the request
   */
  default void requestRejected(String queue, Lane lane, int items) {}

  /**
   * A request was not done by its deadline.
   *
   * @param queue name of the queue
   * @param lane lane of the request
   * @param items size of the request
   */
  default void requestExpired(String queue, Lane lane, int items) {}

  /**
   * A worker thread has died of an {@link Error} and was replaced.
   *
   * @param cause what the batch function threw
   */
  default void workerReplaced(Throwable cause) {}
}
