package io.github.bge4j.batching;

import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
  private final Condition slotsFree = lock.newCondition();
  private final Intake intake = new Intake();
  private final IdleWorkers idle = new IdleWorkers();

  private final Scheduler scheduler;
  private final RunSlots slots;
  private final Delivery delivery;
  private final Clock clock;

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
      if (phase != Phase.OPEN && slots.noneTaken()) {
        slotsFree.signalAll();
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

  /** Takes a slot for a request that fits in one batch, if it has to wait for nobody. */
  @Nullable Batch claimIdle(Request request) {
    return decide(() -> {
      long now = clock.now();
      boolean free = isOpen() && slots.anyFree() && slots.noCallers() && scheduler.isEmpty();
      if (!free || now >= request.deadline() || !BatchFormer.fitsOneBatch(request)) {
        return null;
      }
      slots.take();
      return scheduler.next(request, now);
    });
  }

  /** Puts the calling thread in line for a slot; it either claims or leaves. */
  RunSlots.Turn enqueueCaller() {
    return Objects.requireNonNull(decide(() -> {
      RunSlots.Turn turn = slots.enqueue(Thread.currentThread());
      wake(slots.grantFirst());
      return turn;
    }));
  }

  /** Takes a batch to run in a granted turn; null, without the slot, if the request has ended. */
  @Nullable Batch claim(Request request) {
    return decide(() -> {
      Batch batch = scheduler.next(request, clock.now());
      if (batch == null) {
        giveUpSlot();
      }
      return batch;
    });
  }

  /** Leaves the line of callers; if the turn was granted, its slot goes to the next. */
  void leave(RunSlots.Turn turn) {
    exclusively(() -> {
      if (!slots.remove(turn)) {
        giveUpSlot();
      }
    });
  }

  /** Ends the turn of a caller. */
  void release() {
    exclusively(this::giveUpSlot);
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
      passSlotOn();
    }
  }

  private void giveUpSlot() {
    passSlotOn();
    wakeWorker();
  }

  private void passSlotOn() {
    wake(slots.giveUp(scheduler.isEmpty()));
  }

  private void wake(RunSlots.@Nullable Turn turn) {
    if (turn != null) {
      scheduler.outbox().wake(turn.caller());
    }
  }

  /** Tells whether the calling thread runs a batch of this executor. */
  boolean isRunner() {
    return Boolean.TRUE.equals(decide(() -> scheduler.isRunner(Thread.currentThread())));
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
    try {
      long left = nanos;
      while (left > 0 && !(slots.noneTaken() && scheduler.isEmpty() && intake.isEmpty())) {
        left = slotsFree.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
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
    lock.lock();
    try {
      while (!slots.noneTaken()) {
        slotsFree.awaitUninterruptibly();
      }
    } finally {
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
