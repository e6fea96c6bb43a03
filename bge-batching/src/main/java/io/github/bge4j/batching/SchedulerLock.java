package io.github.bge4j.batching;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The only way to the {@link Scheduler}: lends it to one thread at a time. What was decided
 * meanwhile is told after the lock is released.
 *
 * <p>Thread-safe.
 */
final class SchedulerLock {

  /** So that what others wait for outlives a time without memory. */
  private static final int MOST_TRIES = 1_000;

  private static final long TRY_AGAIN_NANOS = 1_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Scheduler scheduler;
  private final Consumer<Scheduler> before;
  private final Executor completions;
  private final Events events;
  private int awaiting;

  /**
   * Takes over a scheduler.
   *
   * @param before done first by whoever gets the lock
   */
  SchedulerLock(
      Scheduler scheduler, Consumer<Scheduler> before, Executor completions, Events events) {
    this.scheduler = scheduler;
    this.before = before;
    this.completions = completions;
    this.events = events;
  }

  /** Does something with the scheduler alone, then tells those concerned without the lock. */
  void exclusively(Consumer<Scheduler> action) {
    decide(lent -> {
      action.accept(lent);
      return null;
    });
  }

  /** Like {@link #exclusively}, with a result. */
  <V extends @Nullable Object> V decide(Function<Scheduler, V> action) {
    V value;
    Outbox outbox = Outbox.NOTHING;
    lock.lock();
    try {
      before.accept(scheduler);
      value = action.apply(scheduler);
    } finally {
      if (awaiting > 0) {
        changed.signalAll();
      }
      outbox = scheduler.underway().takeOutbox();
      lock.unlock();
      outbox.tell(completions, events);
    }
    return value;
  }

  /**
   * Does something that others wait for, even if memory or the clock of the caller fails for a
   * while.
   */
  void surely(Consumer<Scheduler> action) {
    boolean interrupted = false;
    try {
      for (int tries = 0; ; tries++) {
        try {
          exclusively(action);
          return;
        } catch (Throwable e) {
          if (tries == MOST_TRIES) {
            throw e;
          }
          interrupted |= Thread.interrupted();
          LockSupport.parkNanos(TRY_AGAIN_NANOS);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Waits until something holds, but not longer than so, and not once the calling thread is
   * interrupted (its flag is kept).
   */
  void await(Predicate<Scheduler> condition, long nanos) {
    lock.lock();
    awaiting++;
    try {
      long left = nanos;
      while (left > 0 && !condition.test(scheduler)) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      awaiting--;
      lock.unlock();
    }
  }

  /** Waits until something holds; the flag of a thread that is interrupted is kept. */
  void awaitUninterruptibly(Predicate<Scheduler> condition) {
    lock.lock();
    awaiting++;
    try {
      while (!condition.test(scheduler)) {
        changed.awaitUninterruptibly();
      }
    } finally {
      awaiting--;
      lock.unlock();
    }
  }
}
