package io.github.bge4j.batching;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The lock around the {@link Scheduler}, which nobody else has, and the idle workers that wait at
 * it.
 *
 * <p>Whoever runs a batch holds a run slot, of which there are as many as workers. Every critical
 * section fills an {@link Outbox}, which is told after the lock is released.
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

  /** So that what others wait for outlives a time without memory. */
  private static final int MOST_TRIES = 1_000;

  private static final long TRY_AGAIN_NANOS = 1_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  /** The last of a stack of requests, left there without the lock; linked by their next. */
  private final AtomicReference<@Nullable Request> intake = new AtomicReference<>();

  private final IdleWorkers idle = new IdleWorkers();
  private final Scheduler scheduler;
  private final int slots;
  private final Executor completions;
  private final Events events;
  private final Clock clock;
  private int takenSlots;
  private int closers;
  private volatile Phase phase = Phase.OPEN;

  Dispatcher(Scheduler scheduler, int workers, Executor completions, Events events, Clock clock) {
    this.scheduler = scheduler;
    this.slots = workers;
    this.completions = completions;
    this.events = events;
    this.clock = clock;
  }

  /** Does something with the scheduler alone, then tells those concerned without the lock. */
  void exclusively(Consumer<Scheduler> action) {
    decide(scheduled -> {
      action.accept(scheduled);
      return null;
    });
  }

  /** Like {@link #exclusively}, with a result. */
  <V extends @Nullable Object> V decide(Function<Scheduler, V> action) {
    V value;
    Outbox outbox = Outbox.NOTHING;
    lock.lock();
    try {
      takeIn();
      value = action.apply(scheduler);
    } finally {
      if (closers > 0) {
        changed.signalAll();
      }
      outbox = scheduler.takeOutbox();
      lock.unlock();
      outbox.tell(completions, events);
    }
    return value;
  }

  /** Queues what was left in the intake, in the order in which it came. */
  private void takeIn() {
    Request first = null;
    Request request = intake.get() == null ? null : intake.getAndSet(null);
    while (request != null) {
      Request before = request.next;
      request.next = first;
      first = request;
      request = before;
    }
    while (first != null) {
      Request after = first.next;
      scheduler.add(first, !workerIdle());
      first = after;
    }
  }

  private boolean workerIdle() {
    return idle.any() && takenSlots < slots && scheduler.isEmpty();
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Queues a request. Takes the lock only if a worker may have to be woken. */
  void submit(Request request) {
    Request before = intake.get();
    request.next = before;
    while (!intake.compareAndSet(before, request)) {
      before = intake.get();
      request.next = before;
    }
    if (idle.any()) {
      exclusively(scheduled -> wakeWorker());
    }
    // Whoever stopped the executor may have looked into the intake before.
    if (phase == Phase.STOPPED) {
      exclusively(Scheduler::failWaiting);
    }
  }

  /** Queues a request with a deadline, unless it could not be done in time. */
  @Nullable OverloadedException admit(Request request) {
    long now = clock.now();
    OverloadedException refusal = decide(scheduled -> {
      OverloadedException late = scheduled.admit(request, !workerIdle(), now);
      wakeWorker();
      return late;
    });
    if (phase == Phase.STOPPED) {
      exclusively(Scheduler::failWaiting);
    }
    return refusal;
  }

  /**
   * Gives a request to the calling thread as a running batch, if it fits in one, nobody else waits,
   * and a worker would be idle otherwise; null if not. Its slot is given up by
   * {@link #giveUpSlot(Batch)}.
   */
  @Nullable Batch claimIdle(Request request) {
    long now = clock.now();
    return decide(scheduled -> {
      boolean idleSlot = takenSlots < slots && scheduled.isEmpty() && phase == Phase.OPEN;
      Batch batch = idleSlot && now < request.deadline() ? scheduled.next(request, now) : null;
      if (batch != null) {
        takenSlots++;
        batch.holdsSlot = true;
      }
      return batch;
    });
  }

  /** Gives up the slot of a caller that has run a batch. */
  void giveUpSlot(Batch batch) {
    surely(scheduled -> {
      if (batch.holdsSlot) {
        batch.holdsSlot = false;
        takenSlots--;
      }
      wakeWorker();
    });
  }

  /** Gives up the slot of a worker's last batch and waits for the next; null to end. */
  @Nullable Batch take(IdleWorkers.Seat seat) {
    while (true) {
      // An interrupt that a batch function left behind means nothing to the next.
      Thread.interrupted();
      long now = clock.now();
      Batch batch = decide(scheduled -> claim(scheduled, seat, now));
      if (batch != null || phase == Phase.STOPPED) {
        return batch;
      }
      Request unmade = seat.making;
      long left = unmade == null ? seat.wakeAt() - clock.now() : 0;
      if (unmade != null) {
        seat.making = null;
        make(unmade);
      } else if (seat.isIdle() && intake.get() == null) {
        LockSupport.parkNanos(this, left);
      }
    }
  }

  private @Nullable Batch claim(Scheduler scheduled, IdleWorkers.Seat seat, long now) {
    idle.remove(seat);
    giveUpSlot(seat);
    if (phase == Phase.STOPPED) {
      return null;
    }
    seat.making = scheduled.beginMaking();
    if (seat.making != null) {
      wakeWorker(now);
      return null;
    }
    Batch batch = takenSlots < slots ? scheduled.next(now) : null;
    if (batch == null) {
      idle.add(seat, takenSlots < slots ? scheduled.readyAt() : Clock.FOREVER);
    } else {
      takenSlots++;
      seat.holdsSlot = true;
      wakeWorker(now);
    }
    return batch;
  }

  /** Makes items of a request that the calling thread was chosen for; throws nothing. */
  void make(Request request) {
    int[] costs = null;
    RuntimeException failure = null;
    try {
      costs = request.items().make();
    } catch (RuntimeException e) {
      failure = e;
    } catch (Throwable e) {
      failure = BatchFailedException.of(request.function(), -1, e);
    }
    int[] made = costs;
    RuntimeException reason = failure;
    surely(scheduled -> {
      scheduled.endMaking(request, made, reason);
      wakeWorker();
    });
  }

  /**
   * Does something that others wait for, even if memory or the clock of the caller fails for a
   * while.
   */
  void surely(Consumer<Scheduler> action) {
    for (int tries = 0; ; tries++) {
      try {
        exclusively(action);
        return;
      } catch (Throwable e) {
        if (tries == MOST_TRIES) {
          throw e;
        }
        LockSupport.parkNanos(TRY_AGAIN_NANOS);
      }
    }
  }

  private void wakeWorker() {
    if (idle.any() && !scheduler.isEmpty()) {
      wakeWorker(clock.now());
    }
  }

  private void wakeWorker(long now) {
    long readyAt = takenSlots < slots ? scheduler.readyAt() : Clock.FOREVER;
    IdleWorkers.Seat seat = idle.takeFor(readyAt, now);
    if (seat != null) {
      scheduler.outbox().wake(seat.thread());
    }
  }

  /** A worker ends without taking another batch. */
  void release(IdleWorkers.Seat seat) {
    surely(scheduled -> {
      giveUpSlot(seat);
      wakeWorker();
    });
  }

  private void giveUpSlot(IdleWorkers.Seat seat) {
    if (seat.holdsSlot) {
      seat.holdsSlot = false;
      takenSlots--;
    }
  }

  /** Stops admission; from now on nothing is held back. */
  void stopAdmission() {
    exclusively(scheduled -> {
      if (phase == Phase.OPEN) {
        phase = Phase.DRAINING;
      }
      scheduled.stopGathering();
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
      while (left > 0 && !(takenSlots == 0 && scheduler.isEmpty() && intake.get() == null)) {
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
    exclusively(scheduled -> phase = Phase.STOPPED);
    // Only now is the intake read for the last time: who adds to it later sees the new phase.
    exclusively(scheduled -> {
      scheduled.failWaiting();
      wakeAll();
    });
    awaitUninterruptibly(scheduled -> takenSlots == 0 && !scheduled.underway().isMaking());
  }

  /** Ends what waits for a function, and waits until it does not run. */
  void close(RegisteredFunction function) {
    exclusively(scheduled -> scheduled.close(function));
    awaitUninterruptibly(scheduled -> !scheduled.underway().uses(function));
  }

  private void awaitUninterruptibly(Predicate<Scheduler> condition) {
    lock.lock();
    closers++;
    try {
      while (!condition.test(scheduler)) {
        changed.awaitUninterruptibly();
      }
    } finally {
      closers--;
      lock.unlock();
    }
  }

  private void wakeAll() {
    for (IdleWorkers.Seat seat = idle.poll(); seat != null; seat = idle.poll()) {
      scheduler.outbox().wake(seat.thread());
    }
  }
}
