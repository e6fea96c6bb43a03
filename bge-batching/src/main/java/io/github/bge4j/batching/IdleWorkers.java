package io.github.bge4j.batching;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The workers that sleep. Not thread-safe but for {@link #any}; the {@link Dispatcher} guards it.
 */
final class IdleWorkers {

  private final ArrayDeque<Seat> seats = new ArrayDeque<>();
  /** How many of them belong to each device. */
  private final int[] idleOf;

  private volatile boolean any;

  IdleWorkers(int devices) {
    idleOf = new int[devices];
  }

  /** Tells whether a worker sleeps; may be asked without the lock. */
  boolean any() {
    return any;
  }

  void add(Seat seat, long wakeAt) {
    seat.wakeAt = wakeAt;
    seat.idle = true;
    seats.push(seat);
    idleOf[seat.device]++;
    any = true;
  }

  void remove(Seat seat) {
    if (seat.idle) {
      seat.idle = false;
      seats.remove(seat);
      idleOf[seat.device]--;
      any = !seats.isEmpty();
    }
  }

  /**
   * Takes a worker of the device that has most to spare, the one that has slept shortest, if one
   * has to wake up: because there is work now, or because none would wake in time for work that is
   * ready later.
   */
  @Nullable Seat takeFor(long readyAt, long now) {
    boolean needed = readyAt < Request.NEVER
        && (readyAt <= now || seats.stream().noneMatch(seat -> seat.wakeAt <= readyAt));
    return needed ? poll() : null;
  }

  /** Takes a worker of the device that has most to spare; null if none sleeps. */
  @Nullable Seat poll() {
    Seat chosen = null;
    for (Seat seat : seats) {
      if (chosen == null || idleOf[seat.device] > idleOf[chosen.device]) {
        chosen = seat;
      }
    }
    if (chosen != null) {
      remove(chosen);
    }
    return chosen;
  }

  /** A worker's place at the {@link Dispatcher}; guarded by its lock. */
  static final class Seat {

    private final Thread thread;
    private final int number;
    private final int device;
    /** Whether the worker holds a run slot. */
    boolean holdsSlot;
    /** Whose items the worker makes next; null for nobody's. */
    @Nullable Request making;
    /** What the worker does next that every worker does once; null for nothing. */
    @Nullable Errand errand;
    /** When the worker looks again if nobody wakes it before. */
    private long wakeAt;
    /**
     * Whether the worker may park. Waking it takes this mark away first: the permit of an unpark
     * alone can be used up by any lock that the worker waits for in between.
     */
    private volatile boolean idle;

    Seat(Thread thread, int number, int device) {
      this.thread = thread;
      this.number = number;
      this.device = device;
    }

    /** Returns which of the workers it is, from 0; whoever replaces a worker has its number. */
    int number() {
      return number;
    }

    /** Returns which device it works for, from 0. */
    int device() {
      return device;
    }

    Thread thread() {
      return thread;
    }

    boolean isIdle() {
      return idle;
    }

    /** Returns when the worker looks again. Its own thread asks, which has set it. */
    long wakeAt() {
      return wakeAt;
    }
  }
}
