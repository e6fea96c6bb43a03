package io.github.bge4j.batching;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many items, and how much cost, the requests of a lane may hold from admission to delivery.
 *
 * <p>A request is charged once, for all its items or not at all. It is charged for at most half of
 * either limit, so that a request larger than the whole queue can still enter, two such leave no
 * third in, and none has to wait for an empty queue.
 *
 * <p>Thread-safe. Both numbers of a charge live in one long, so that one compare-and-set takes
 * both.
 */
final class QueueBudget {

  private static final int COST_BITS = 40;

  /** Most items of a lane: far from the sign bit. */
  static final int MOST_ITEMS = 1 << 22;

  /** Most cost of a lane: the sum of two charges does not spill into the items. */
  static final long MOST_COST = 1L << (COST_BITS - 1);

  private final int maxItems;
  private final long maxCost;
  private final AtomicLong used = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private volatile boolean waited;

  QueueBudget(int maxItems, long maxCost) {
    this.maxItems = maxItems;
    this.maxCost = maxCost;
  }

  int maxItems() {
    return maxItems;
  }

  long maxCost() {
    return maxCost;
  }

  /** Returns what is charged for a request that has so much left to do. */
  long charge(int items, long cost) {
    return ((long) Math.min(items, (maxItems + 1) / 2) << COST_BITS)
        | Math.min(cost, (maxCost + 1) / 2);
  }

  static int items(long charge) {
    return (int) (charge >>> COST_BITS);
  }

  static long cost(long charge) {
    return charge & ((1L << COST_BITS) - 1);
  }

  long used() {
    return used.get();
  }

  /** Returns about how much cost has to be done before a charge fits; at least 1. */
  long excessCost(long charge) {
    long now = used.get();
    long byCost = cost(now) + cost(charge) - maxCost;
    long items = (long) items(now) + items(charge) - maxItems;
    long byItems = items * (cost(now) / Math.max(1, items(now)));
    return Math.max(1, Math.max(byCost, byItems));
  }

  /** Takes a charge unless it does not fit or others wait for room. */
  boolean tryTake(long charge) {
    return !waited && takeIfItFits(charge);
  }

  private boolean takeIfItFits(long charge) {
    long before = used.get();
    while (items(before + charge) <= maxItems && cost(before + charge) <= maxCost) {
      if (used.compareAndSet(before, before + charge)) {
        return true;
      }
      before = used.get();
    }
    return false;
  }

  /** Gives a charge, or a part of one, back. */
  void release(long charge) {
    used.addAndGet(-charge);
    if (waited) {
      grant();
    }
  }

  /** Puts the calling thread in line; it must {@link #leave} in the end. */
  Waiter enqueue(long charge) {
    Waiter waiter = new Waiter(charge, Thread.currentThread());
    lock.lock();
    try {
      waiters.add(waiter);
      waited = true;
    } finally {
      lock.unlock();
    }
    grant();
    return waiter;
  }

  /** Takes a thread out of line; returns whether its charge was taken for it before. */
  boolean leave(Waiter waiter) {
    lock.lock();
    try {
      waiters.remove(waiter);
      waited = !waiters.isEmpty();
    } finally {
      lock.unlock();
    }
    if (waited) {
      grant();
    }
    return waiter.granted;
  }

  /** Takes the charges of those in line, in their order, as far as they fit. */
  private void grant() {
    lock.lock();
    try {
      for (Waiter first = waiters.peek();
          first != null && takeIfItFits(first.charge);
          first = waiters.peek()) {
        waiters.remove();
        first.granted = true;
        LockSupport.unpark(first.thread);
      }
      waited = !waiters.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** A thread in line for room. */
  static final class Waiter {

    private final long charge;
    private final Thread thread;
    private volatile boolean granted;

    private Waiter(long charge, Thread thread) {
      this.charge = charge;
      this.thread = thread;
    }

    boolean granted() {
      return granted;
    }
  }
}
