package io.github.bge4j.batching;

/** Who gets the outcome of a request. */
interface Recipient {

  /** Hands over the results, one an item in the order of the request; shape {@code [items]}. */
  void succeed(Object[] results);

  /** Hands over why there are no results. */
  void fail(RuntimeException failure);

  /** Tells whether a hand-over runs code of the caller, which may take its time. */
  boolean runsCallbacks();
}
