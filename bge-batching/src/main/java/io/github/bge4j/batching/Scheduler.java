package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/**
 * What waits, what is taken in, and what runs next.
 *
 * <p>Plain data and rules. No threads, no clock and no callbacks: {@code now} is passed in, and
 * what others must be told is left in the {@link Outbox} of what is {@link Underway}. Not
 * thread-safe: only the {@link SchedulerLock} has it, and lends it to whoever holds the lock.
 */
final class Scheduler {

  private final int lookAhead;
  private final FairShare share;
  private final Underway underway = new Underway();
  /** No queued request expires before this. */
  private long earliestDeadline = Request.NEVER;

  Scheduler(int lookAhead, FairShare share) {
    this.lookAhead = lookAhead;
    this.share = share;
  }

  /** Returns what is under way, and ends it. */
  Underway underway() {
    return underway;
  }

  void register(RegisteredFunction function) {
    for (Lane lane : Lane.values()) {
      share.add(function.flow(lane));
    }
  }

  /** Ends what waits for a function; none of its batches begins any more. */
  void close(RegisteredFunction function) {
    function.close();
    for (Lane lane : Lane.values()) {
      failWaiting(function.flow(lane));
      share.remove(function.flow(lane));
    }
  }

  /**
   * Queues a request unless it cannot be done in time, or would keep one from being done in time
   * that was promised to be.
   *
   * <p>The only one of a function is refused only if it would be late alone and at the best pace,
   * as only a run corrects a pace that is out of date.
   *
   * @param atOnce whether a worker has nothing else to do
   * @return why it was not queued; null if it was, or has ended at once
   */
  @Nullable BatchingException admit(Request request, boolean atOnce, long now) {
    long alone = share.latenessAlone(request, now);
    boolean only =
        atOnce || !(request.function().waiting() > 0 || underway.uses(request.function()));
    long late = alone > 0 || only ? -1 : share.lateness(request, now, underway.nanosLeft(now));
    if (alone > 0 || late > 0) {
      BatchingException refusal = alone > 0
          ? request.deadlineUnreachable(alone)
          : OverloadedException.tooLate(request, late);
      underway.abandon(request);
      return refusal;
    }
    add(request, atOnce);
    return null;
  }

  /**
   * Queues a request; see {@link #admit}.
   *
   * @param atOnce whether a worker has nothing else to do; if not, the request waits for company up
   *     to the maximum wait
   */
  void add(Request request, boolean atOnce) {
    if (underway.failIfClosed(request)) {
      return;
    }
    Flow flow = request.flow();
    if (flow.isEmpty()) {
      share.starts(flow);
    }
    request.gathers = !atOnce;
    flow.add(request);
    underway.waits();
    earliestDeadline = Math.min(earliestDeadline, request.deadline());
  }

  /** Tells whether nothing waits to be run. */
  boolean isEmpty() {
    return underway.waiting() == 0;
  }

  /** Returns when there will be a batch; {@link Request#NEVER} if nothing waits. */
  long readyAt() {
    return isEmpty() ? Request.NEVER : share.readyAt();
  }

  void stopGathering() {
    share.stopGathering();
  }

  /** Returns how much cost of a function all workers get done in a second; 0 before the first. */
  double costPerSecond(RegisteredFunction function) {
    return share.costPerSecond(function);
  }

  /** Returns a queued request of which the calling worker makes items next; null for none. */
  @Nullable Request beginMaking() {
    for (Flow flow : share.flows()) {
      Request hungry = flow.isEmpty() ? null : flow.hungry();
      if (hungry != null && beginMaking(hungry)) {
        return hungry;
      }
    }
    return null;
  }

  /** Makes the calling thread the one that makes the next items; false if none are to be made. */
  boolean beginMaking(Request request) {
    boolean begins = request.items().areWanted();
    if (begins) {
      underway.begin(request);
      request.items().beginMaking();
    }
    return begins;
  }

  /** The calling thread has made items of a request, or could not. */
  void endMaking(Request request, long @Nullable [] entries, @Nullable RuntimeException failure) {
    underway.end(request);
    if (entries != null && request.queued && request.items().isMaking()) {
      request.flow().made(request, entries);
    } else if (failure != null && !request.isResolved()) {
      underway.resolve(request, failure);
    }
  }

  /** Ends what a worker cannot do that it had got, because of an error of our own. */
  void lose(@Nullable Batch batch, @Nullable Request making, Throwable cause) {
    if (batch != null) {
      underway.lose(batch, cause);
    }
    if (making != null) {
      endMaking(making, null, BatchFailedException.of(making.function(), -1, cause));
    }
  }

  /** Returns what one worker runs next, as running; null if nothing may run now. */
  @Nullable Batch next(long now) {
    for (Flow flow = isEmpty() ? null : share.next(now); flow != null; flow = share.next(now)) {
      Request first = share.next(flow, now, underway.nanosLeft(now));
      if (first != null && !underway.expire(first, now) && !giveUp(first, now)) {
        return fill(new Batch(flow.function(), flow.lane()), flow, first, now);
      }
    }
    return null;
  }

  /**
   * Ends a request that cannot be done in time even if it gets all workers from now on; but not if
   * it is the only one of its function: the pace may be out of date, and only a run corrects it.
   */
  private boolean giveUp(Request request, long now) {
    boolean hopeless = request.hasDeadline()
        && request.function().waiting() > 1
        && share.nanosAlone(request) > request.deadline() - now;
    if (hopeless) {
      underway.resolve(request, request.deadlineExceeded());
    }
    return hopeless;
  }

  private Batch fill(Batch batch, Flow flow, Request first, long now) {
    // First: what is taken out of the queue must be known even if memory ends in between.
    underway.outbox();
    underway.begin(batch);
    int queued = flow.size();
    long waitingSince = first.waitingSince;
    try {
      flow.form(batch, first, lookAhead, now);
    } catch (Throwable e) {
      underway.left(queued - flow.size());
      underway.start(batch, now);
      underway.lose(batch, e);
      throw e;
    }
    underway.left(queued - flow.size());
    share.charge(flow, batch.cost(), waitingSince, now);
    underway.start(batch, now);
    if (flow.hasUnmade()) {
      underway.wakeMakers(batch);
    }
    return batch;
  }

  /**
   * Returns the items of a request that does not queue as a batch, as running; null if it has
   * ended, does not fit in one, or cannot be done in time.
   */
  @Nullable Batch next(Request unqueued, long now) {
    if (unqueued.isResolved()
        || underway.expire(unqueued, now)
        || underway.failIfClosed(unqueued)
        || (unqueued.hasDeadline() && share.latenessAlone(unqueued, now) > 0)) {
      return null;
    }
    Batch batch = new Batch(unqueued.function(), unqueued.lane());
    if (!unqueued.items().fitIn(batch)) {
      return null;
    }
    underway.begin(batch);
    unqueued.items().moveTo(batch, unqueued);
    underway.start(batch, now);
    return batch;
  }

  /** Ends every request that waits, or has items that wait. */
  void failWaiting() {
    share.flows().forEach(this::failWaiting);
  }

  private void failWaiting(Flow flow) {
    flow.forEach(request -> underway.resolve(request, request.closed()));
  }

  /** Ends what has waited past its deadline; O(waiting requests) if there may be any. */
  void expire(long now) {
    if (now < earliestDeadline) {
      return;
    }
    earliestDeadline = Request.NEVER;
    for (Flow flow : share.flows()) {
      flow.forEach(request -> {
        if (!underway.expire(request, now)) {
          earliestDeadline = Math.min(earliestDeadline, request.deadline());
        }
      });
    }
  }
}
