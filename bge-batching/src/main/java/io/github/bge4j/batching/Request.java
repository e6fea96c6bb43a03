package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/**
 * One call on its way through the executor, and where its results are put together.
 *
 * <p>A request of many items need not hold them all: they are made as its turn comes, a bounded
 * number ahead, and meanwhile it keeps its place and its charge.
 *
 * <p>Everything that changes is guarded by the scheduler's lock, up to the moment the request is
 * resolved. It is resolved once, and after that delivered once, by {@link #run}, or never if it was
 * abandoned.
 */
final class Request implements Runnable {

  /** A time that never comes: 146 years, half of the range, so that sums do not overflow. */
  static final long NEVER = Long.MAX_VALUE / 2;

  /**
   * A call is in its line as if it wanted to be done within this time, if it has no deadline or a
   * later one; so calls with deadlines overtake others, but for no longer than that.
   */
  static final long PATIENCE = 60_000_000_000L;

  private final RegisteredFunction function;
  private final RequestItems items;
  private final Lane lane;
  private final QueueBudget budget;
  private final long arrivedAt;
  private final long deadline;
  private final Recipient recipient;
  /** Null when nobody wants them. */
  private Object @Nullable [] results;

  private int unfinishedItems;
  /** Of the items that are made. */
  private long unfinishedCost;

  private int running;
  private volatile boolean begun;
  private long held;
  private @Nullable RuntimeException failure;
  private volatile boolean resolved;
  /** Links and marks of what the request is in: a line of a {@link Flow}, or an {@link Outbox}. */
  @Nullable Request next;

  @Nullable Request previous;

  long waitingSince;
  boolean gathers;
  boolean queued;
  /** The work that its line counts for it. */
  long countedWork;
  /** The thread that waits for room with the request in the queue already; null for none. */
  volatile @Nullable Thread waitsForRoom;

  /**
   * Makes a request.
   *
   * @param arrivedAt time of the executor's clock
   */
  Request(
      RegisteredFunction function,
      RequestItems items,
      QueueBudget budget,
      RequestOptions options,
      long arrivedAt,
      Recipient recipient) {
    this.function = function;
    this.items = items;
    this.lane = options.lane();
    this.budget = budget;
    this.arrivedAt = arrivedAt;
    this.waitingSince = arrivedAt;
    this.deadline = arrivedAt + options.deadlineNanos();
    this.recipient = recipient;
    this.results = new Object[items.count()];
    this.unfinishedItems = items.count();
  }

  /** Returns a clock that counts from zero on, so that {@link #NEVER} is far away. */
  static Ticker fromZero(Ticker ticker) {
    long origin = ticker.read();
    return () -> ticker.read() - origin;
  }

  RegisteredFunction function() {
    return function;
  }

  RequestItems items() {
    return items;
  }

  int size() {
    return items.count();
  }

  Lane lane() {
    return lane;
  }

  /** Returns in whose lines it waits. */
  Flow flow() {
    return function.flow(lane);
  }

  QueueBudget budget() {
    return budget;
  }

  long arrivedAt() {
    return arrivedAt;
  }

  long deadline() {
    return deadline;
  }

  boolean hasDeadline() {
    return deadline < NEVER;
  }

  /** Returns by when the request counts as wanted; its line is in this order. */
  long due() {
    return Math.min(deadline, arrivedAt + PATIENCE);
  }

  Recipient recipient() {
    return recipient;
  }

  /** Items are made; see {@link RequestItems#add}. */
  void made(long[] entries) {
    unfinishedCost += items.add(entries);
  }

  /** Returns about what is still to be run costs. */
  long work() {
    return items.pendingCost() + items.unmadeCost();
  }

  /** An item starts to run. */
  void started() {
    running++;
    // Others read it without the lock, so a write is dear.
    if (!begun) {
      begun = true;
    }
  }

  /** An item ends to run, with or without a result; it may run again. */
  void stopped() {
    running--;
  }

  boolean isRunning() {
    return running > 0;
  }

  /** Tells whether an item has ever run. */
  boolean hasBegun() {
    return begun;
  }

  /** Keeps the result of an item. Called without the lock; every item has a slot of its own. */
  void keep(int index, Object result) {
    Object[] kept = results;
    if (kept != null) {
      kept[index] = result;
    }
  }

  /** An item has its result; returns whether it was the last. */
  boolean finished(long cost) {
    unfinishedItems--;
    unfinishedCost -= cost;
    return unfinishedItems == 0;
  }

  /** Returns what the budget charges for what is left to do. */
  long charge() {
    return budget.charge(unfinishedItems, unfinishedCost + items.unmadeCost());
  }

  /** The budget was charged for the request; what comes too late is given back at once. */
  void admitted(long charge) {
    if (resolved) {
      budget.release(charge);
    } else {
      held = charge;
    }
  }

  /** Gives back what the finished items held, while others go on. */
  void releaseFinished() {
    if (held == 0 || resolved) {
      return;
    }
    long now = charge();
    int fewer = QueueBudget.items(held) - QueueBudget.items(now);
    long less = QueueBudget.cost(held) - QueueBudget.cost(now);
    // What was not made yet may prove to cost more than is held for it.
    if (fewer >= 0 && less >= 0 && fewer + less > 0) {
      budget.release(held - now);
      held = now;
    }
  }

  /** Gives back all that is held, once the request is resolved. */
  void release() {
    long all = held;
    held = 0;
    if (all != 0) {
      budget.release(all);
    }
  }

  boolean isResolved() {
    return resolved;
  }

  /** Decides the outcome, for good, and lets go of the items. */
  void resolve(@Nullable RuntimeException reason) {
    failure = reason;
    if (reason != null) {
      results = null;
    }
    resolved = true;
    items.drop();
  }

  /** Ends without an outcome, which nobody waits for. */
  void abandon() {
    resolve(null);
    results = null;
  }

  @Nullable RuntimeException failure() {
    return failure;
  }

  DeadlineExceededException deadlineExceeded() {
    return DeadlineExceededException.passed(function.name(), size(), deadline - arrivedAt);
  }

  /** Returns why it is not taken in, if it would be so late alone. */
  DeadlineExceededException deadlineUnreachable(long lateNanos) {
    return DeadlineExceededException.unreachable(
        function.name(), size(), deadline - arrivedAt, lateNanos);
  }

  ExecutorClosedException closed() {
    return function.isClosed()
        ? new ExecutorClosedException(function.name())
        : new ExecutorClosedException();
  }

  /** Delivers the outcome. What is held counts until then. */
  @Override
  public void run() {
    release();
    RuntimeException reason = failure;
    Object[] all = results;
    if (reason != null) {
      recipient.fail(reason);
    } else if (all != null) {
      recipient.succeed(all);
    }
  }
}
