package io.github.bge4j.batching;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a request is treated: lane, deadline, and whether it waits when the queue is full. Immutable.
 */
public final class RequestOptions {

  private static final RequestOptions DEFAULTS =
      new RequestOptions(null, Request.NEVER, Request.NEVER);
  private static final RequestOptions QUERY =
      new RequestOptions(Lane.QUERY, Request.NEVER, Request.NEVER);
  private static final RequestOptions BULK =
      new RequestOptions(Lane.BULK, Request.NEVER, Request.NEVER);

  private final @Nullable Lane lane;
  private final long deadlineNanos;
  private final long roomNanos;

  private RequestOptions(@Nullable Lane lane, long deadlineNanos, long roomNanos) {
    this.lane = lane;
    this.deadlineNanos = deadlineNanos;
    this.roomNanos = roomNanos;
  }

  /**
   * Options that say nothing: no deadline; the calling thread waits for room as long as it takes,
   * also if it asks for a future. What takes them chooses the lane by what is asked; a
   * {@link BatchQueue} takes {@link Lane#QUERY}.
   *
   * @return options to start from
   */
  public static RequestOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Options of a request that is wanted within a time: {@link #defaults()} with a
   * {@linkplain #withDeadline deadline}.
   *
   * @param afterSubmission time from submission, such as what is left of a budget; zero or less has
   *     already passed
   * @return options with this deadline
   */
  public static RequestOptions within(Duration afterSubmission) {
    return DEFAULTS.withDeadline(afterSubmission);
  }

  /**
   * Options of a request that somebody waits for.
   *
   * @return lane {@link Lane#QUERY}, no deadline; waits for room as long as it takes
   */
  public static RequestOptions query() {
    return QUERY;
  }

  /**
   * Options of a request that is one of many.
   *
   * @return lane {@link Lane#BULK}, no deadline; waits for room as long as it takes
   */
  public static RequestOptions bulk() {
    return BULK;
  }

  /**
   * Sets the time after which nobody wants the result any more.
   *
   * <p>The request either succeeds by then or fails. It is refused at once if by the measured rate
   * of work it could not be done in time: with an {@link OverloadedException} because of what
   * stands before it, with a {@link DeadlineExceededException} if not even alone. Else it fails
   * with a {@link DeadlineExceededException}: work that has not started by then never runs, and a
   * result that comes too late is not delivered. A caller that blocks is told at its deadline; a
   * future may be told later, at the latest when the batch before it has run.
   *
   * @param afterSubmission time from submission, such as what is left of a budget; zero or less has
   *     already passed
   * @return a copy with this deadline
   */
  public RequestOptions withDeadline(Duration afterSubmission) {
    Duration left = afterSubmission.isNegative() ? Duration.ZERO : afterSubmission;
    return new RequestOptions(lane, nanos("afterSubmission", left), roomNanos);
  }

  /**
   * Refuses the request at once with an {@link OverloadedException} if the queue of its lane is
   * full.
   *
   * @return a copy that does not wait for room
   */
  public RequestOptions refusedWhenFull() {
    return new RequestOptions(lane, deadlineNanos, 0);
  }

  /**
   * Sets how long the calling thread waits for room in the queue of its lane, also if it asks for a
   * future. The request has its place among the others meanwhile.
   *
   * @param atMost longest time; if no item has begun to run by then the request is refused with an
   *     {@link OverloadedException}
   * @return a copy that waits so long
   * @throws IllegalArgumentException if the time is negative
   */
  public RequestOptions waitingForRoom(Duration atMost) {
    return new RequestOptions(lane, deadlineNanos, nanos("atMost", atMost));
  }

  /**
   * Chooses a lane unless one was chosen.
   *
   * @param otherwise the lane of options that say nothing about it
   * @return a copy with a lane
   */
  public RequestOptions orLane(Lane otherwise) {
    return lane == null ? new RequestOptions(otherwise, deadlineNanos, roomNanos) : this;
  }

  /**
   * Returns the lane.
   *
   * @return {@link Lane#QUERY} if none was chosen
   */
  public Lane lane() {
    return lane == null ? Lane.QUERY : lane;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Returns how long the caller waits for room; 0 for not at all. */
  long roomNanos() {
    return roomNanos;
  }

  /**
   * Returns the nanoseconds of a duration, {@link Request#NEVER} if it is longer.
   *
   * @throws IllegalArgumentException if it is negative
   */
  static long nanos(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          name + " must not be negative: " + duration + "; zero is the least");
    }
    return duration.compareTo(Duration.ofNanos(Request.NEVER)) > 0
        ? Request.NEVER
        : duration.toNanos();
  }
}
