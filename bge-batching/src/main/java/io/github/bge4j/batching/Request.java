package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/**
 * The items of one call on their way through the executor, and where their results are put
 * together.
 *
 * <p>Everything that changes is guarded by the dispatcher's lock, up to the moment the request is
 * resolved. It is resolved once, and after that delivered once, by {@link #run}, or never if it was
 * abandoned.
 */
final class Request implements Runnable {

  private final RegisteredFunction function;
  private final Lane lane;
  private final QueueBudget budget;
  private final Object[] items;
  private final long arrivedAt;
  private final long deadline;
  private final Recipient recipient;

  private final PendingItems pending;
  private final Object[] results;
  private int unfinishedItems;
  private long unfinishedCost;
  private int running;
  private long held;
  private boolean resolved;
  private @Nullable RuntimeException failure;

  /** Links and marks of the {@link Intake} and the {@link Flow} that the request is in. */
  @Nullable Request next;

  @Nullable Request previous;

  long waitingSince;
  boolean gathers;
  boolean queued;

  /**
   * Makes a request.
   *
   * @param items not copied, not changed
   * @param costs of the items
   * @param arrivedAt time of the executor's clock
   */
  Request(
      RegisteredFunction function,
      Lane lane,
      QueueBudget budget,
      Object[] items,
      int[] costs,
      long arrivedAt,
      long allowedNanos,
      Recipient recipient) {
    this.function = function;
    this.lane = lane;
    this.budget = budget;
    this.items = items;
    this.arrivedAt = arrivedAt;
    this.waitingSince = arrivedAt;
    this.deadline = arrivedAt + allowedNanos;
    this.recipient = recipient;
    this.pending = new PendingItems(costs);
    this.results = new Object[items.length];
    this.unfinishedItems = items.length;
    for (int cost : costs) {
      unfinishedCost += cost;
    }
  }

  RegisteredFunction function() {
    return function;
  }

  Lane lane() {
    return lane;
  }

  /** Returns where it waits, if it waits. */
  Flow flow() {
    return function.flow(lane);
  }

  QueueBudget budget() {
    return budget;
  }

  Object item(int index) {
    return items[index];
  }

  int size() {
    return items.length;
  }

  long arrivedAt() {
    return arrivedAt;
  }

  long deadline() {
    return deadline;
  }

  PendingItems pending() {
    return pending;
  }

  Recipient recipient() {
    return recipient;
  }

  /** Returns what the budget charges for what is left to do. */
  long charge() {
    return budget.charge(unfinishedItems, unfinishedCost);
  }

  /** The budget was charged for the request. */
  void admitted(long charge) {
    held = charge;
  }

  long unfinishedCost() {
    return unfinishedCost;
  }

  DeadlineExceededException deadlineExceeded() {
    return new DeadlineExceededException(function.name(), deadline - arrivedAt);
  }

  ExecutorClosedException closed() {
    return function.isClosed()
        ? new ExecutorClosedException(function.name())
        : new ExecutorClosedException();
  }

  /** An item starts to run. */
  void started() {
    running++;
  }

  /** An item ends to run, with or without a result; it may run again. */
  void stopped() {
    running--;
  }

  boolean isRunning() {
    return running > 0;
  }

  /** Keeps the result of an item. Called without the lock; every item has a slot of its own. */
  void keep(int index, Object result) {
    results[index] = result;
  }

  /** An item has its result; returns whether it was the last. */
  boolean finished(long cost) {
    unfinishedItems--;
    unfinishedCost -= cost;
    return unfinishedItems == 0;
  }

  /** Gives back what the finished items held, while others go on. */
  void releaseFinished() {
    long less = held == 0 || resolved ? 0 : held - charge();
    if (less != 0) {
      held -= less;
      budget.release(less);
    }
  }

  boolean isResolved() {
    return resolved;
  }

  /** Decides the outcome, for good. */
  void resolve(@Nullable RuntimeException reason) {
    resolved = true;
    failure = reason;
    pending.clear();
  }

  @Nullable RuntimeException failure() {
    return failure;
  }

  /** Gives back all that is still held. */
  void release() {
    long all = held;
    held = 0;
    if (all != 0) {
      budget.release(all);
    }
  }

  /** Delivers the outcome. */
  @Override
  public void run() {
    release();
    RuntimeException reason = failure;
    if (reason == null) {
      recipient.succeed(results);
    } else {
      recipient.fail(reason);
    }
  }
}
