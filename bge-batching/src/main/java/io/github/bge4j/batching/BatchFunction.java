package io.github.bge4j.batching;

import java.util.List;

/**
 * Computes the results of a batch of items; the model behind a {@link BatchQueue}.
 *
 * <p>Called by several threads at the same time: the executor's workers, and callers that run their
 * own request. It must not wait for results of the same executor.
 *
 * @param <T> items
 * @param <R> results
 */
@FunctionalInterface
public interface BatchFunction<T, R> {

  /**
   * Computes one result an item.
   *
   * <p>An exception makes the executor run the halves of the batch on their own, until the item
   * that cannot be computed stands alone; so a call must have no effect that may not happen twice.
   * An {@link Error} is not tried again: it fails the batch, and the worker is replaced.
   *
   * @param items at least one item, within the limits of the queue; not modifiable
   * @param context says whether anybody still wants the results
   * @return results in the order of the items, none of them null
   * @throws Exception if the batch cannot be computed
   */
  List<R> run(List<T> items, BatchContext context) throws Exception;

  /**
   * Tells whether a failure means that the device had too little memory for the batch. The executor
   * then makes smaller batches for a while instead of blaming an item.
   *
   * @param failure what {@link #run} threw
   * @return false unless overridden
   */
  default boolean isOutOfMemory(Throwable failure) {
    return false;
  }

  /**
   * Puts the failure of a request into the words of whoever owns the function; called once for each
   * request that fails, in any thread.
   *
   * @param failure a {@link BatchingException}, or what making an item threw
   * @return what the caller gets; unless overridden the failure itself
   */
  default RuntimeException explain(RuntimeException failure) {
    return failure;
  }
}
