package io.github.bge4j.batching;

import java.time.Duration;

/**
 * Thrown at once to a caller whose request is refused because of what waits already: its lane is
 * full and it did not want to wait for room, or it could not be done by its deadline. It has no
 * stack trace, as an overloaded executor throws many.
 */
public final class OverloadedException extends BatchingException {

  private static final long serialVersionUID = 1L;
  /** Not a measurement: the first batches of an executor are still running. */
  private static final Duration UNKNOWN_RATE = Duration.ofSeconds(1);

  /** Estimated time until the request would be taken. */
  private final Duration retryAfter;

  private OverloadedException(String message, Duration retryAfter) {
    super(message, null, false);
    this.retryAfter = retryAfter;
  }

  /** A lane has no room, and the request does not wait for it. */
  static OverloadedException full(Request request, double costPerSecond) {
    QueueBudget budget = request.budget();
    long used = budget.used();
    Duration retryAfter = retryAfter(costPerSecond, budget.excessCost(request.charge()));
    return new OverloadedException(
        "the " + request.lane() + " queue of '" + request.function().name()
            + "' must have room for " + request.size() + items(request.size()) + ": it holds "
            + QueueBudget.items(used) + " of " + budget.maxItems() + " items, cost "
            + QueueBudget.cost(used) + " of " + budget.maxCost() + "; retry after "
            + retryAfter.toMillis() + " ms, or wait for room",
        retryAfter);
  }

  /** A request could not be done by its deadline. */
  static OverloadedException tooLate(Request request, long lateNanos) {
    Duration retryAfter = Duration.ofMillis(1 + lateNanos / 1_000_000);
    return new OverloadedException(
        "the " + request.size() + items(request.size()) + " to '"
            + request.function().name()
            + "' must be done within "
            + Duration.ofNanos(request.deadline() - request.arrivedAt()).toMillis()
            + " ms without making others late: with what waits already " + retryAfter.toMillis()
            + " ms are missing; retry after that, send less or allow more time",
        retryAfter);
  }

  private static String items(int count) {
    return count == 1 ? " item" : " items";
  }

  static Duration retryAfter(double costPerSecond, long missingCost) {
    return costPerSecond > 0
        ? Duration.ofMillis((long) Math.ceil(1_000 * missingCost / costPerSecond))
        : UNKNOWN_RATE;
  }

  /**
   * Returns when the request would be taken, as far as the measured rate of work tells; one second
   * before anything was measured.
   *
   * @return an estimate, in whole milliseconds, at least 1
   */
  public Duration retryAfter() {
    return retryAfter;
  }
}
