package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/** Who gets the outcome of a request. */
interface Recipient {

  /** Hands over the results, one an item in the order of the request; shape {@code [items]}. */
  void succeed(Object[] results);

  /** Hands over why there are no results. */
  void fail(RuntimeException failure);

  /**
   * Returns the thread that waits for the outcome, and may do something for it meanwhile; null if
   * none does, and the hand-over runs code of the caller, which may take its time.
   */
  @Nullable Thread waitingThread();
}
