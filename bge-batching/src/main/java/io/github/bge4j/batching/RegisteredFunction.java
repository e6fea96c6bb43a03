package io.github.bge4j.batching;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A batch function and what is known of it: its limits, how much it can take at present, how fast
 * it is, and what waits for it. Guarded by the scheduler's lock, but for what never changes and
 * {@link #isClosed}.
 */
final class RegisteredFunction {

  /** A batch that succeeds raises the limit by this part of what was configured. */
  private static final int MEMORY_STEPS = 256;
  /** Of both sums of the pace every batch keeps so much: a mean over about the last 64. */
  private static final double PACE_KEPT = 63.0 / 64;
  /** A batch that is so many times as fast as the mean shows that the mean is out of date. */
  private static final int PACE_OUTDATED = 4;
  /** The pace is only relied on after so many batches: the first may be those of a cold start. */
  private static final int BATCHES_TO_RELY_ON = 8;
  /** And for so long. */
  private static final long NANOS_TO_RELY_ON = 60_000_000_000L;

  private final String name;
  private final BatchLimits limits;
  private final ToIntFunction<Object> cost;
  private final BatchFunction<Object, Object> function;
  private final @Nullable ItemMakers makers;
  private final BatchFailedException outOfMemory;
  private final Flow queries = new Flow(this, Lane.QUERY);
  private final Flow bulk = new Flow(this, Lane.BULK);
  private long maxCost;
  private double paceCost;
  private double paceNanos;
  private double bestPace = Double.MAX_VALUE;
  private int pacedBatches;
  private long pacedAt;
  private volatile boolean closed;

  /**
   * Registers a function.
   *
   * @param cost what an item costs
   * @param function the caller's function, its types erased: a {@link BatchQueue} only ever submits
   *     items of the right type
   * @param makers make the items of its large requests; null if who asks does
   */
  RegisteredFunction(
      String name,
      BatchLimits limits,
      ToIntFunction<Object> cost,
      BatchFunction<Object, Object> function,
      @Nullable ItemMakers makers) {
    this.name = name;
    this.limits = limits;
    this.cost = cost;
    this.function = function;
    this.makers = makers;
    this.outOfMemory = BatchFailedException.ofNoMemory(name);
    this.maxCost = limits.maxCost();
  }

  /** Returns what fails requests when there is no memory to say more. */
  BatchFailedException outOfMemory() {
    return outOfMemory;
  }

  String name() {
    return name;
  }

  BatchLimits limits() {
    return limits;
  }

  BatchFunction<Object, Object> function() {
    return function;
  }

  @Nullable ItemMakers makers() {
    return makers;
  }

  Flow flow(Lane lane) {
    return lane == Lane.QUERY ? queries : bulk;
  }

  /** Returns how many requests wait for it. */
  int waiting() {
    return queries.size() + bulk.size();
  }

  /**
   * Returns what an item costs.
   *
   * @throws IllegalArgumentException if that is less than 1
   */
  int cost(int index, Object item) {
    int value = cost.applyAsInt(item);
    if (value < 1) {
      throw new IllegalArgumentException("the cost of item " + index + " must be at least 1: "
          + value + "; count what needs no work as 1");
    }
    return value;
  }

  /** Puts a failure into the words of the function's owner; never fails itself. */
  RuntimeException explain(RuntimeException failure) {
    try {
      return function.explain(failure);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      return failure;
    }
  }

  boolean isOutOfMemory(Throwable failure) {
    try {
      return function.isOutOfMemory(failure);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  /**
   * Returns the most that a batch may cost at present: what was configured, less after the device
   * ran out of memory. Halved when it proves too much, raised a little with every batch that
   * succeeds: additive increase, multiplicative decrease, as in TCP.
   */
  long maxCost() {
    return maxCost;
  }

  /** A batch that took so much was too much for the device's memory. */
  void ranOutOfMemory(long batchCost) {
    maxCost = Math.max(1, Math.min(maxCost, batchCost) / 2);
  }

  /** A batch has run until now and given its results. */
  void ran(long batchCost, long nanos, long now) {
    maxCost = Math.min(limits.maxCost(), maxCost + Math.max(1, limits.maxCost() / MEMORY_STEPS));
    double pace = (double) Math.max(1, nanos) / batchCost;
    boolean outdated = pace * PACE_OUTDATED < nanosPerCost();
    paceCost = (outdated ? 0 : paceCost * PACE_KEPT) + batchCost;
    paceNanos = (outdated ? 0 : paceNanos * PACE_KEPT) + Math.max(1, nanos);
    bestPace = Math.min(bestPace, pace);
    pacedBatches++;
    pacedAt = now;
  }

  /**
   * Returns how long one worker takes for a unit of cost: an exponentially weighted mean over the
   * last batches, in which a long run counts for more than a short one; 0 before the first.
   *
   * @return nanoseconds
   */
  double nanosPerCost() {
    return paceCost == 0 ? 0 : paceNanos / paceCost;
  }

  /**
   * Returns how long one worker takes for a unit of cost at the very least: the best that was
   * measured; 0 while that says little, after a few batches only or long ago.
   *
   * @return nanoseconds
   */
  double leastNanosPerCost(long now) {
    boolean known = pacedBatches >= BATCHES_TO_RELY_ON && now - pacedAt < NANOS_TO_RELY_ON;
    return known ? bestPace : 0;
  }

  /** The function must not be called any more. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }
}
