package io.github.bge4j.batching;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The lock around the {@link Scheduler}, and the idle workers that wait at it.
 *
 * <p>Whoever runs a batch holds a run slot, of which there are as many as workers. Every critical
 * section fills an {@link Outbox}, which is delivered after the lock is released.
 *
 * <p>Thread-safe.
 */
final class Dispatcher {

  /** How far the executor is on its way from open to closed. */
  private enum Phase {
    OPEN,
    DRAINING,
    STOPPED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Intake intake = new Intake();
  private final IdleWorkers idle = new IdleWorkers();

  private final Scheduler scheduler;
  private final RunSlots slots;
  private final Delivery delivery;
  private final Clock clock;

  private int closers;
  private volatile Phase phase = Phase.OPEN;

  Dispatcher(Scheduler scheduler, RunSlots slots, Delivery delivery, Clock clock) {
    this.scheduler = scheduler;
    this.slots = slots;
    this.delivery = delivery;
    this.clock = clock;
  }

  /** Does something with the scheduler alone, then tells those concerned without the lock. */
  void exclusively(Runnable action) {
    decide(() -> {
      action.run();
      return null;
    });
  }

  /** Like {@link #exclusively}, with a result. */
  <V> @Nullable V decide(Supplier<@Nullable V> action) {
    Outbox outbox;
    @Nullable V value;
    lock.lock();
    try {
      takeIn();
      value = action.get();
      if (closers > 0) {
        changed.signalAll();
      }
      outbox = scheduler.takeOutbox();
    } finally {
      lock.unlock();
    }
    delivery.deliver(outbox);
    return value;
  }

  private void takeIn() {
    Request next;
    for (Request request = intake.takeAll(); request != null; request = next) {
      next = request.next;
      boolean workerIdle = idle.any() && slots.anyFree() && scheduler.isEmpty();
      scheduler.add(request, !workerIdle);
    }
  }

  Scheduler scheduler() {
    return scheduler;
  }

  RunSlots slots() {
    return slots;
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Queues an admitted request. Takes the lock only if a worker may have to be woken. */
  void submit(Request request) {
    intake.add(request);
    if (idle.any()) {
      exclusively(this::wakeWorker);
    }
    // Whoever stopped the executor may have looked into the intake before.
    if (phase == Phase.STOPPED) {
      exclusively(scheduler::failWaiting);
    }
  }

  /** Gives up the slot of a worker's last batch and waits for the next; null to end. */
  @Nullable Batch take(Seat seat) {
    while (true) {
      // An interrupt that a batch function left behind means nothing to the next.
      Thread.interrupted();
      Batch batch = decide(() -> claim(seat));
      if (batch != null || phase == Phase.STOPPED) {
        return batch;
      }
      if (seat.idle && intake.isEmpty()) {
        LockSupport.parkNanos(this, seat.wakeAt - clock.now());
      }
    }
  }

  private @Nullable Batch claim(Seat seat) {
    idle.remove(seat);
    giveUpSlot(seat);
    boolean mayRun = slots.anyFree() && phase != Phase.STOPPED;
    Batch batch = mayRun ? scheduler.next(clock.now()) : null;
    if (batch != null) {
      seat.holdsSlot = true;
      slots.take();
      wakeWorker();
    } else if (phase != Phase.STOPPED) {
      // The queue has nothing to run now, so whoever is in line may.
      wake(slots.grantFirst());
      seat.wakeAt = slots.anyFree() ? scheduler.readyAt() : Durations.FOREVER;
      idle.add(seat);
    }
    return batch;
  }

  private void wakeWorker() {
    long readyAt = slots.anyFree() ? scheduler.readyAt() : Durations.FOREVER;
    Seat seat = idle.takeFor(readyAt, clock.now());
    if (seat != null) {
      scheduler.outbox().wake(seat.thread());
    }
  }

  /** A worker ends without taking another batch. */
  void release(Seat seat) {
    exclusively(() -> {
      giveUpSlot(seat);
      wakeWorker();
    });
  }

  private void giveUpSlot(Seat seat) {
    if (seat.holdsSlot) {
      seat.holdsSlot = false;
      wake(slots.giveUp(scheduler.isEmpty()));
    }
  }

  /** Gives up the slot of a caller. Under the lock. */
  void giveUpSlot() {
    wake(slots.giveUp(scheduler.isEmpty()));
    wakeWorker();
  }

  /** Wakes a caller that has got its turn, if there is one. Under the lock. */
  void wake(RunSlots.@Nullable Turn turn) {
    if (turn != null) {
      scheduler.outbox().wake(turn.caller());
    }
  }

  /** Stops admission; from now on nothing is held back. */
  void stopAdmission() {
    exclusively(() -> {
      if (phase == Phase.OPEN) {
        phase = Phase.DRAINING;
      }
      scheduler.stopGathering();
      wakeAll();
    });
  }

  /**
   * Waits until all is done, but not longer than so, and not once the calling thread is interrupted
   * (its flag is kept).
   */
  void awaitDone(long nanos) {
    lock.lock();
    closers++;
    try {
      long left = nanos;
      while (left > 0 && !(slots.noneTaken() && scheduler.isEmpty() && intake.isEmpty())) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closers--;
      lock.unlock();
    }
  }

  /** Ends what waits, sends the workers home, and waits until nothing runs. */
  void stop() {
    exclusively(() -> phase = Phase.STOPPED);
    // Only now is the intake read for the last time: who adds to it later sees the new phase.
    exclusively(() -> {
      scheduler.failWaiting();
      wakeAll();
    });
    awaitUninterruptibly(slots::noneTaken);
  }

  /** Ends what waits for a function, and waits until it does not run. */
  void close(RegisteredFunction function) {
    exclusively(() -> scheduler.close(function));
    awaitUninterruptibly(() -> !scheduler.running().any(function));
  }

  private void awaitUninterruptibly(BooleanSupplier condition) {
    lock.lock();
    closers++;
    try {
      while (!condition.getAsBoolean()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      closers--;
      lock.unlock();
    }
  }

  private void wakeAll() {
    for (Seat seat = idle.poll(); seat != null; seat = idle.poll()) {
      scheduler.outbox().wake(seat.thread());
    }
    slots.callers().forEach(turn -> scheduler.outbox().wake(turn.caller()));
  }
}
