package io.github.bge4j.batching;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * Thrown when a request finds the queue of its lane full. It has no stack trace, as an overloaded
 * executor throws many.
 */
public final class QueueFullException extends RejectedExecutionException {

  private static final long serialVersionUID = 1L;

  /** Not a measurement: the first batches of an executor are still running. */
  private static final Duration UNKNOWN_RATE = Duration.ofSeconds(1);

  /** Items that the lane holds. */
  private final int queuedItems;

  /** Items that the lane may hold. */
  private final int maxQueuedItems;

  /** Cost that the lane holds. */
  private final long queuedCost;

  /** Cost that the lane may hold. */
  private final long maxQueuedCost;

  /** Estimated time until there is room. */
  private final Duration retryAfter;

  QueueFullException(Lane lane, QueueBudget budget, Duration retryAfter) {
    this(lane, budget, budget.used(), retryAfter);
  }

  private QueueFullException(Lane lane, QueueBudget budget, long used, Duration retryAfter) {
    super("the " + lane + " queue is full: " + QueueBudget.items(used) + " of " + budget.maxItems()
        + " items, cost " + QueueBudget.cost(used) + " of " + budget.maxCost() + "; retry after "
        + retryAfter.toMillis() + " ms or set another OverloadPolicy");
    this.queuedItems = QueueBudget.items(used);
    this.maxQueuedItems = budget.maxItems();
    this.queuedCost = QueueBudget.cost(used);
    this.maxQueuedCost = budget.maxCost();
    this.retryAfter = retryAfter;
  }

  static Duration retryAfter(double costPerSecond, long missingCost) {
    return costPerSecond > 0
        ? Duration.ofMillis((long) Math.ceil(1_000 * missingCost / costPerSecond))
        : UNKNOWN_RATE;
  }

  /**
   * Returns how many items the lane holds.
   *
   * @return at most {@link #maxQueuedItems()}
   */
  public int queuedItems() {
    return queuedItems;
  }

  /**
   * Returns how many items the lane may hold.
   *
   * @return at least 1
   */
  public int maxQueuedItems() {
    return maxQueuedItems;
  }

  /**
   * Returns what the items that the lane holds cost together.
   *
   * @return at most {@link #maxQueuedCost()}
   */
  public long queuedCost() {
    return queuedCost;
  }

  /**
   * Returns what the items of the lane may cost together.
   *
   * @return at least 1
   */
  public long maxQueuedCost() {
    return maxQueuedCost;
  }

  /**
   * Returns when there will be room for the request, as far as the measured rate of work tells; one
   * second before anything was measured.
   *
   * @return an estimate, in whole milliseconds
   */
  public Duration retryAfter() {
    return retryAfter;
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
