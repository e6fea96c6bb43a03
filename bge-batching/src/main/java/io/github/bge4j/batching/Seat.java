package io.github.bge4j.batching;

/** A worker's place at the {@link Dispatcher}; guarded by its lock. */
final class Seat {

  /** Whether the worker holds a run slot. */
  boolean holdsSlot;

  /** When the worker looks again if nobody wakes it before. */
  long wakeAt;

  private final Thread thread;

  Seat(Thread thread) {
    this.thread = thread;
  }

  Thread thread() {
    return thread;
  }
}
