package io.github.bge4j.batching;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The workers that sleep. Not thread-safe but for {@link #any}; the {@link Dispatcher} guards it.
 */
final class IdleWorkers {

  private final ArrayDeque<Seat> seats = new ArrayDeque<>();
  private volatile boolean any;

  /** Tells whether a worker sleeps; may be asked without the lock. */
  boolean any() {
    return any;
  }

  void add(Seat seat, long wakeAt) {
    seat.wakeAt = wakeAt;
    seat.idle = true;
    seats.push(seat);
    any = true;
  }

  void remove(Seat seat) {
    if (seat.idle) {
      seat.idle = false;
      seats.remove(seat);
      any = !seats.isEmpty();
    }
  }

  /**
   * Takes the worker that has slept shortest, if one has to wake up: because there is work now, or
   * because none would wake in time for work that is ready later.
   */
  @Nullable Seat takeFor(long readyAt, long now) {
    boolean needed = readyAt < Request.NEVER
        && (readyAt <= now || seats.stream().noneMatch(seat -> seat.wakeAt <= readyAt));
    return needed ? poll() : null;
  }

  /** Takes any worker; null if none sleeps. */
  @Nullable Seat poll() {
    Seat seat = seats.poll();
    if (seat != null) {
      seat.idle = false;
      any = !seats.isEmpty();
    }
    return seat;
  }

  /** A worker's place at the {@link Dispatcher}; guarded by its lock. */
  static final class Seat {

    private final Thread thread;
    /** Whether the worker holds a run slot. */
    boolean holdsSlot;
    /** Whose items the worker makes next; null for nobody's. */
    @Nullable Request making;
    /** When the worker looks again if nobody wakes it before. */
    private long wakeAt;
    /**
     * Whether the worker may park. Waking it takes this mark away first: the permit of an unpark
     * alone can be used up by any lock that the worker waits for in between.
     */
    private volatile boolean idle;

    Seat(Thread thread) {
      this.thread = thread;
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
