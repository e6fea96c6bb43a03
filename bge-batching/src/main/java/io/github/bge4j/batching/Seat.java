package io.github.bge4j.batching;

/** A worker's place at the {@link Dispatcher}; guarded by its lock. */
final class Seat {

  /** Whether the worker holds a run slot. */
  boolean holdsSlot;

  /** When the worker looks again if nobody wakes it before. */
  long wakeAt;

  /**
   * Whether the worker may park. Waking it takes this mark away first: the permit of an unpark
   * alone can be used up by any lock that the worker waits for in between.
   */
  volatile boolean idle;

  private final Thread thread;

  Seat(Thread thread) {
    this.thread = thread;
  }

  Thread thread() {
    return thread;
  }
}
