package io.github.bge4j.batching;

import java.time.Duration;

/** How a request is treated: lane, deadline, and what happens when the queue is full. Immutable. */
public final class RequestOptions {

  private static final RequestOptions QUERY =
      new RequestOptions(Lane.QUERY, Durations.FOREVER, OverloadPolicy.reject());
  private static final RequestOptions BULK =
      new RequestOptions(Lane.BULK, Durations.FOREVER, OverloadPolicy.reject());

  private final Lane lane;
  private final long deadlineNanos;
  private final OverloadPolicy overload;

  private RequestOptions(Lane lane, long deadlineNanos, OverloadPolicy overload) {
    this.lane = lane;
    this.deadlineNanos = deadlineNanos;
    this.overload = overload;
  }

  /**
   * Options of a request that somebody waits for.
   *
   * @return lane {@link Lane#QUERY}, no deadline, rejected when the queue is full
   */
  public static RequestOptions query() {
    return QUERY;
  }

  /**
   * Options of a request that is one of many.
   *
   * @return lane {@link Lane#BULK}, no deadline, rejected when the queue is full
   */
  public static RequestOptions bulk() {
    return BULK;
  }

  /**
   * Sets the time after which nobody wants the result any more.
   *
   * <p>The request either succeeds by then or fails with a {@link DeadlineExceededException}: work
   * that has not started by then never runs, and a result that comes too late is not delivered. A
   * caller that blocks is told at its deadline; a future may be told later, at the latest when the
   * batch before it has run.
   *
   * @param afterSubmission time from submission; zero has already passed
   * @return a copy with this deadline
   * @throws IllegalArgumentException if the time is negative
   */
  public RequestOptions withDeadline(Duration afterSubmission) {
    return new RequestOptions(lane, Durations.nanos("afterSubmission", afterSubmission), overload);
  }

  /**
   * Returns the options of the next step of a call, when a part of its time is gone.
   *
   * @param elapsed time since the first step was submitted
   * @return a copy with the same deadline, counted from now; at least zero
   * @throws IllegalArgumentException if the time is negative
   */
  public RequestOptions after(Duration elapsed) {
    long nanos = Durations.nanos("elapsed", elapsed);
    return deadlineNanos == Durations.FOREVER
        ? this
        : new RequestOptions(lane, Math.max(0, deadlineNanos - nanos), overload);
  }

  /**
   * Sets what happens when the queue is full.
   *
   * @param policy what to do
   * @return a copy with this policy
   */
  public RequestOptions withOverload(OverloadPolicy policy) {
    return new RequestOptions(lane, deadlineNanos, policy);
  }

  /**
   * Returns the lane.
   *
   * @return never null
   */
  public Lane lane() {
    return lane;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  OverloadPolicy overload() {
    return overload;
  }
}
