package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings requests to the {@link Scheduler} and batches to threads: where requests are left, the run
 * slots, of which there are as many as workers and whoever runs a batch holds one, and the workers
 * that sleep.
 *
 * <p>Thread-safe; everything but the intake is guarded by the scheduler's lock.
 */
final class Dispatcher {

  /** How far the executor is on its way from open to closed. */
  private enum Phase {
    OPEN,
    DRAINING,
    STOPPED
  }

  /** The last of a stack of requests, left there without the lock; linked by their next. */
  private final AtomicReference<@Nullable Request> intake = new AtomicReference<>();

  private final SchedulerLock lock;
  private final IdleWorkers idle;
  private final int slots;
  private final Ticker clock;
  /** The threads that hold a run slot. */
  private final List<Thread> runners = new ArrayList<>();

  /** What every worker is to do once; null for nothing. */
  private @Nullable Errand errand;

  private volatile Phase phase = Phase.OPEN;

  Dispatcher(
      Scheduler scheduler,
      int workers,
      int devices,
      Executor completions,
      Events events,
      Ticker clock) {
    this.lock = new SchedulerLock(scheduler, this::takeIn, completions, events);
    this.idle = new IdleWorkers(devices);
    this.slots = workers;
    this.clock = clock;
  }

  SchedulerLock lock() {
    return lock;
  }

  /** Queues what was left in the intake, in the order in which it came. */
  private void takeIn(Scheduler scheduler) {
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
      try {
        scheduler.add(first, workerIdle(scheduler));
      } catch (Throwable e) {
        // Out of memory: the others are for whoever comes next.
        first.next = after;
        for (Request left = first; left != null; left = after) {
          after = left.next;
          if (!left.queued && !left.isResolved()) {
            leave(left);
          }
        }
        throw e;
      }
      first = after;
    }
  }

  private void leave(Request request) {
    Request before = intake.get();
    request.next = before;
    while (!intake.compareAndSet(before, request)) {
      before = intake.get();
      request.next = before;
    }
  }

  private boolean workerIdle(Scheduler scheduler) {
    return idle.any() && runners.size() < slots && scheduler.isEmpty();
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Queues a request. Takes the lock only if a worker may have to be woken. */
  void submit(Request request) {
    leave(request);
    if (idle.any()) {
      lock.exclusively(this::wakeWorker);
    }
    failIfStopped();
  }

  /** Queues a request with a deadline, unless it could not be done in time. */
  @Nullable BatchingException admit(Request request) {
    long now = clock.read();
    BatchingException refusal = lock.decide(scheduler -> {
      BatchingException late = scheduler.admit(request, workerIdle(scheduler), now);
      wakeWorker(scheduler);
      return late;
    });
    failIfStopped();
    return refusal;
  }

  /** Whoever stopped the executor may have looked for requests before the last one came. */
  private void failIfStopped() {
    if (phase == Phase.STOPPED) {
      lock.exclusively(Scheduler::failWaiting);
    }
  }

  /**
   * Gives a request to the calling thread as a running batch, if it fits in one, nobody else waits,
   * and a worker would be idle otherwise; null if not. Its slot is given up by
   * {@link #giveUpSlot(Batch)}.
   */
  @Nullable Batch claimIdle(Request request) {
    long now = clock.read();
    return lock.decide(scheduler -> {
      boolean idleSlot = runners.size() < slots && scheduler.isEmpty() && phase == Phase.OPEN;
      Batch batch = idleSlot && now < request.deadline() ? scheduler.next(request, now) : null;
      if (batch != null) {
        runners.add(batch.runner());
        batch.holdsSlot = true;
        batch.alone = isQuiet(scheduler);
      }
      return batch;
    });
  }

  /** Tells whether there is nothing to do but for the batch that has just got its slot. */
  private boolean isQuiet(Scheduler scheduler) {
    return runners.size() == 1 && scheduler.isEmpty() && !scheduler.underway().isMaking();
  }

  /** Gives up the slot of a caller that has run a batch. */
  void giveUpSlot(Batch batch) {
    lock.surely(scheduler -> {
      if (batch.holdsSlot) {
        batch.holdsSlot = false;
        runners.remove(batch.runner());
      }
      wakeWorker(scheduler);
    });
  }

  /** Gives up the slot of a worker's last batch and waits for the next; null to end. */
  @Nullable Batch take(IdleWorkers.Seat seat) {
    while (true) {
      // An interrupt that a batch function left behind means nothing to the next.
      Thread.interrupted();
      long now = clock.read();
      Batch batch = lock.decide(scheduler -> claim(scheduler, seat, now));
      Request unmade = seat.making;
      Errand duty = seat.errand;
      // What it was chosen to make, or to do, others wait for, also who closes.
      if (batch != null || (unmade == null && duty == null && phase == Phase.STOPPED)) {
        return batch;
      }
      // The clock first: it may use up the permit of an unpark.
      long left = unmade == null && duty == null ? seat.wakeAt() - clock.read() : 0;
      if (duty != null) {
        seat.errand = null;
        doErrand(duty, seat);
      } else if (unmade != null) {
        seat.making = null;
        ItemMakers makers = unmade.function().makers();
        if (makers == null || !makers.lead(() -> makeAhead(unmade))) {
          make(unmade);
        }
      } else if (seat.isIdle() && intake.get() == null) {
        LockSupport.parkNanos(this, left);
      }
    }
  }

  private @Nullable Batch claim(Scheduler scheduler, IdleWorkers.Seat seat, long now) {
    idle.remove(seat);
    giveUpSlot(seat);
    if (phase == Phase.STOPPED) {
      return null;
    }
    if (errand != null && errand.begin(seat.number())) {
      seat.errand = errand;
      wakeWorker(scheduler, now);
      return null;
    }
    seat.making = scheduler.beginMaking();
    Batch batch = seat.making == null && runners.size() < slots ? scheduler.next(now) : null;
    try {
      if (batch != null) {
        runners.add(seat.thread());
        seat.holdsSlot = true;
        batch.alone = isQuiet(scheduler);
        batch.device = seat.device();
      }
      if (batch != null || seat.making != null) {
        wakeWorker(scheduler, now);
      } else {
        idle.add(seat, runners.size() < slots ? scheduler.readyAt() : Request.NEVER);
      }
    } catch (Throwable e) {
      // Out of memory: what was handed out is known to nobody else.
      scheduler.lose(batch, seat.making, e);
      seat.making = null;
      throw e;
    }
    return batch;
  }

  /**
   * Has every worker do something once, one after the other, before its next batch, and waits until
   * all have. Returns what went wrong first, after which no other worker does it; or that the
   * executor is closed.
   */
  @Nullable Throwable onEachWorker(Consumer<? super BatchContext> task) {
    Errand mine = new Errand(slots, task);
    while (!lock.decide(scheduler -> beginErrand(scheduler, mine))) {
      lock.awaitUninterruptibly(scheduler -> errand == null || phase == Phase.STOPPED);
      if (phase == Phase.STOPPED) {
        return new ExecutorClosedException();
      }
    }
    lock.awaitUninterruptibly(scheduler -> mine.isDone() || phase == Phase.STOPPED);
    return lock.decide(scheduler -> {
      errand = null;
      return mine.isDone() ? mine.failure() : new ExecutorClosedException();
    });
  }

  private boolean beginErrand(Scheduler scheduler, Errand mine) {
    boolean begins = errand == null && phase != Phase.STOPPED;
    if (begins) {
      errand = mine;
      wakeAll(scheduler);
    }
    return begins;
  }

  private void doErrand(Errand duty, IdleWorkers.Seat seat) {
    Throwable failure = duty.run(seat.device());
    lock.surely(scheduler -> {
      duty.end(seat.number(), failure);
      wakeAll(scheduler);
    });
  }

  /** Tells whether a thread holds a run slot: it must not wait for what only a run gives. */
  boolean isRunner(Thread thread) {
    return lock.decide(scheduler -> runners.contains(thread));
  }

  /** Makes items of a request until enough of them wait; throws nothing. */
  private void makeAhead(Request request) {
    do {
      make(request);
    } while (lock.decide(scheduler -> scheduler.beginMaking(request)));
  }

  /** Makes items of a request that the calling thread was chosen for; throws nothing. */
  void make(Request request) {
    long[] entries = null;
    RuntimeException failure = null;
    try {
      entries = request.items().make();
    } catch (RuntimeException e) {
      failure = e;
    } catch (Throwable e) {
      failure = BatchFailedException.of(request.function(), -1, e);
    }
    long[] made = entries;
    RuntimeException reason = failure;
    lock.surely(scheduler -> {
      scheduler.endMaking(request, made, reason);
      wakeWorker(scheduler);
    });
  }

  private void wakeWorker(Scheduler scheduler) {
    if (idle.any() && !scheduler.isEmpty()) {
      wakeWorker(scheduler, clock.read());
    }
  }

  private void wakeWorker(Scheduler scheduler, long now) {
    long readyAt = runners.size() < slots ? scheduler.readyAt() : Request.NEVER;
    IdleWorkers.Seat seat = idle.takeFor(readyAt, now);
    if (seat != null) {
      scheduler.underway().outbox().wake(seat.thread());
    }
  }

  /** A worker ends without taking another batch. */
  void release(IdleWorkers.Seat seat) {
    lock.surely(scheduler -> {
      idle.remove(seat);
      giveUpSlot(seat);
      if (seat.errand != null) {
        seat.errand.end(seat.number(), new IllegalStateException("a worker died before it"));
        seat.errand = null;
      }
      wakeWorker(scheduler);
    });
  }

  private void giveUpSlot(IdleWorkers.Seat seat) {
    if (seat.holdsSlot) {
      seat.holdsSlot = false;
      runners.remove(seat.thread());
    }
  }

  /** Stops admission; from now on nothing is held back. */
  void stopAdmission() {
    lock.exclusively(scheduler -> {
      if (phase == Phase.OPEN) {
        phase = Phase.DRAINING;
      }
      scheduler.stopGathering();
      wakeAll(scheduler);
    });
  }

  /**
   * Waits until all is done, but not longer than so, and not once the calling thread is interrupted
   * (its flag is kept).
   */
  void awaitDone(long nanos) {
    lock.await(
        scheduler -> runners.isEmpty() && scheduler.isEmpty() && intake.get() == null, nanos);
  }

  /** Ends what waits, sends the workers home, and waits until nothing runs. */
  void stop() {
    lock.exclusively(scheduler -> phase = Phase.STOPPED);
    // Only now is the intake read for the last time: who adds to it later sees the new phase.
    lock.exclusively(scheduler -> {
      scheduler.failWaiting();
      wakeAll(scheduler);
    });
    lock.awaitUninterruptibly(
        scheduler -> runners.isEmpty() && !scheduler.underway().isMaking());
  }

  private void wakeAll(Scheduler scheduler) {
    for (IdleWorkers.Seat seat = idle.poll(); seat != null; seat = idle.poll()) {
      scheduler.underway().outbox().wake(seat.thread());
    }
  }
}
