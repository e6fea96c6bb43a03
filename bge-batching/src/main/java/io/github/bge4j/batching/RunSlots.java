package io.github.bge4j.batching;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How many batches may run at a time, and the callers that wait to run their own request. Not
 * thread-safe; the {@link Dispatcher} guards it.
 */
final class RunSlots {

  private final int slots;
  private final ArrayDeque<Turn> callers = new ArrayDeque<>();
  private int taken;
  private boolean callerWasLast;

  RunSlots(int slots) {
    this.slots = slots;
  }

  boolean anyFree() {
    return taken < slots;
  }

  boolean noneTaken() {
    return taken == 0;
  }

  boolean noCallers() {
    return callers.isEmpty();
  }

  void take() {
    taken++;
  }

  /**
   * Gives a slot up. Callers and the queue take turns: if the queue has had the last one, or wants
   * none, the slot goes to the first caller.
   *
   * @return the caller that has it now; null if it is free
   */
  @Nullable Turn giveUp(boolean queueIsEmpty) {
    taken--;
    boolean toCaller = !callers.isEmpty() && (!callerWasLast || queueIsEmpty);
    callerWasLast = toCaller;
    return toCaller ? grantFirst() : null;
  }

  /** Puts a caller in line. */
  Turn enqueue(Thread caller) {
    Turn turn = new Turn(caller);
    callers.add(turn);
    return turn;
  }

  /** Takes a free slot for the first caller in line; null if there is no slot or no caller. */
  @Nullable Turn grantFirst() {
    Turn turn = anyFree() ? callers.poll() : null;
    if (turn != null) {
      turn.granted = true;
      taken++;
    }
    return turn;
  }

  /** Takes a caller out of line; returns false if it has got a slot before. */
  boolean remove(Turn turn) {
    return callers.remove(turn);
  }

  Iterable<Turn> callers() {
    return callers;
  }

  /** A caller in line. */
  static final class Turn {

    private final Thread caller;
    private volatile boolean granted;

    private Turn(Thread caller) {
      this.caller = caller;
    }

    Thread caller() {
      return caller;
    }

    /** Tells whether the caller holds a slot; may be asked without the lock. */
    boolean granted() {
      return granted;
    }
  }
}
