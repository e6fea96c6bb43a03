package io.github.bge4j.batching;

/**
 * How much cost the workers get done. Not thread-safe.
 *
 * <p>The quotient of two sums, cost and run time, of which every batch keeps 63/64: an
 * exponentially weighted mean over the last batches, in which a long run counts for more than a
 * short one, and an idle time not at all.
 */
final class DrainRate {

  private static final double KEPT = 63.0 / 64;

  private final int workers;
  private double cost;
  private double nanos;

  DrainRate(int workers) {
    this.workers = workers;
  }

  void ran(long batchCost, long runNanos) {
    cost = cost * KEPT + batchCost;
    nanos = nanos * KEPT + Math.max(1, runNanos);
  }

  /** Returns the cost that all workers get done in a second; 0 before the first batch. */
  double perSecond() {
    return nanos == 0 ? 0 : workers * cost / nanos * 1e9;
  }
}
