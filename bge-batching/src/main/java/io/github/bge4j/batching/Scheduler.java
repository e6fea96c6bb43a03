package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/**
 * All that is decided: what waits, what runs next, and how requests end.
 *
 * <p>Plain data and rules. No threads, no clock and no callbacks: {@code now} is passed in, and
 * what others must be told is left in an {@link Outbox}. Not thread-safe: only the
 * {@link Dispatcher} has it, and lends it to whoever holds the lock.
 */
final class Scheduler {

  private final int lookAhead;
  private final FairShare share;
  private final Underway underway = new Underway();
  private @Nullable Outbox outbox;
  private int waiting;
  /** No queued request expires before this. */
  private long earliestDeadline = Clock.FOREVER;

  Scheduler(int lookAhead, FairShare share) {
    this.lookAhead = lookAhead;
    this.share = share;
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
   * @param gathers whether it waits for company up to the maximum wait; false if a worker is idle
   * @return why it was not queued; null if it was, or has ended at once
   */
  @Nullable OverloadedException admit(Request request, boolean gathers, long now) {
    long late = share.lateness(request, now, underway.nanosLeft(now));
    if (late > 0) {
      OverloadedException refusal = OverloadedException.tooLate(request, late);
      request.abandon();
      return refusal;
    }
    add(request, gathers);
    return null;
  }

  /** Queues a request; see {@link #admit}. */
  void add(Request request, boolean gathers) {
    if (failIfClosed(request)) {
      return;
    }
    Flow flow = flowOf(request);
    if (flow.isEmpty()) {
      share.starts(flow);
    }
    request.gathers = gathers;
    flow.add(request);
    waiting++;
    earliestDeadline = Math.min(earliestDeadline, request.deadline());
  }

  private static Flow flowOf(Request request) {
    return request.function().flow(request.lane());
  }

  /** Tells whether nothing waits to be run. */
  boolean isEmpty() {
    return waiting == 0;
  }

  /** Returns when there will be a batch; {@link Clock#FOREVER} if nothing waits. */
  long readyAt() {
    return isEmpty() ? Clock.FOREVER : share.readyAt();
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
    boolean begins = request.items().beginMaking();
    if (begins) {
      underway.begin(request);
    }
    return begins;
  }

  /** The calling thread has made items of a request, or could not. */
  void endMaking(Request request, int @Nullable [] costs, @Nullable RuntimeException failure) {
    underway.end(request);
    if (costs != null && request.queued && request.items().isMaking()) {
      flowOf(request).made(request, costs);
    } else if (failure != null && !request.isResolved()) {
      resolve(request, failure);
    }
  }

  /** Ends a request that cannot be done in time even if it gets all workers from now on. */
  private boolean giveUp(Request request, long now) {
    boolean hopeless =
        request.hasDeadline() && share.nanosAlone(request) > request.deadline() - now;
    if (hopeless) {
      resolve(request, request.deadlineExceeded());
    }
    return hopeless;
  }

  /** Returns what one worker runs next, as running; null if nothing may run now. */
  @Nullable Batch next(long now) {
    for (Flow flow = isEmpty() ? null : share.next(now); flow != null; flow = share.next(now)) {
      Request first = share.next(flow, now, underway.nanosLeft(now));
      if (first != null && !expire(first, now) && !giveUp(first, now)) {
        return fill(new Batch(flow.function(), flow.lane()), flow, first, now);
      }
    }
    return null;
  }

  private Batch fill(Batch batch, Flow flow, Request first, long now) {
    // First: what is taken out of the queue must be known even if memory ends in between.
    underway.begin(batch);
    int queued = flow.size();
    long waitingSince = first.waitingSince;
    try {
      flow.form(batch, first, lookAhead, now);
    } catch (Throwable e) {
      waiting -= queued - flow.size();
      lose(batch, e);
      throw e;
    }
    waiting -= queued - flow.size();
    share.charge(flow, batch.cost(), waitingSince, now);
    start(batch, now);
    return batch;
  }

  /** Ends a batch that cannot be run because of an error of our own. */
  void lose(Batch batch, Throwable cause) {
    end(batch);
    fail(batch, false, cause);
  }

  /**
   * Returns the items of a request that does not queue as a batch, as running; null if it has
   * ended, or does not fit in one.
   */
  @Nullable Batch next(Request unqueued, long now) {
    if (unqueued.isResolved() || expire(unqueued, now) || failIfClosed(unqueued)) {
      return null;
    }
    Batch batch = new Batch(unqueued.function(), unqueued.lane());
    if (!unqueued.items().fitIn(batch)) {
      return null;
    }
    underway.begin(batch);
    unqueued.items().moveTo(batch, unqueued);
    start(batch, now);
    return batch;
  }

  /** Returns those items of a failed batch that somebody still wants, as running; null if none. */
  @Nullable Batch again(Batch failed, long now) {
    for (int i = 0; i < failed.size(); i++) {
      Request request = failed.request(i);
      if (!request.isResolved() && !expire(request, now)) {
        failIfClosed(request);
      }
    }
    Batch wanted = failed.stillWanted();
    if (wanted != null) {
      underway.begin(wanted);
      start(wanted, now);
    }
    return wanted;
  }

  private void start(Batch batch, long now) {
    batch.startedAt = now;
    for (int i = 0; i < batch.size(); i++) {
      Request request = batch.request(i);
      request.started();
      wakeMaker(request);
    }
  }

  /** Whoever waits for a request has time to make its items. */
  private void wakeMaker(Request request) {
    Thread thread = request.items().areWanted() ? request.recipient().waitingThread() : null;
    if (thread != null) {
      outbox().wake(thread);
    }
  }

  /** A batch no longer runs. Does nothing if it did not. */
  void end(Batch batch) {
    if (underway.end(batch)) {
      for (int i = 0; i < batch.size(); i++) {
        batch.request(i).stopped();
      }
    }
  }

  /** A batch has run, and its results are kept. */
  void succeeded(Batch batch, long now, long runNanos) {
    end(batch);
    batch.function().ran(batch.cost(), runNanos);
    for (int i = 0; i < batch.size(); i++) {
      Request request = batch.request(i);
      if (!request.isResolved() && request.finished(batch.cost(i)) && !expire(request, now)) {
        resolve(request, null);
      }
    }
    for (int i = 0; i < batch.size(); i++) {
      batch.request(i).releaseFinished();
    }
  }

  /**
   * A batch that does not run will not run again.
   *
   * @param blamed whether its only item is to blame
   */
  void fail(Batch batch, boolean blamed, Throwable cause) {
    for (int i = 0; i < batch.size(); i++) {
      if (!batch.request(i).isResolved()) {
        resolve(
            batch.request(i),
            BatchFailedException.of(batch.function(), blamed ? batch.index(i) : -1, cause));
      }
    }
  }

  /** Returns what threads are at. */
  Underway underway() {
    return underway;
  }

  /** Ends every request that waits, or has items that wait. */
  void failWaiting() {
    share.flows().forEach(this::failWaiting);
  }

  private void failWaiting(Flow flow) {
    flow.forEach(request -> resolve(request, request.closed()));
  }

  private boolean failIfClosed(Request request) {
    boolean closed = request.function().isClosed();
    if (closed) {
      resolve(request, request.closed());
    }
    return closed;
  }

  /** Ends what has waited past its deadline; O(waiting requests) if there may be any. */
  void expire(long now) {
    if (now < earliestDeadline) {
      return;
    }
    earliestDeadline = Clock.FOREVER;
    for (Flow flow : share.flows()) {
      flow.forEach(request -> {
        if (!expire(request, now)) {
          earliestDeadline = Math.min(earliestDeadline, request.deadline());
        }
      });
    }
  }

  /** Ends a request if its deadline has passed; returns whether it has. */
  boolean expire(Request request, long now) {
    if (now < request.deadline()) {
      return false;
    }
    resolve(request, request.deadlineExceeded());
    return true;
  }

  /**
   * Ends a request whose recipient does not wait any more; it is not delivered.
   *
   * @return false if it had ended before
   */
  boolean abandon(Request request) {
    if (request.isResolved()) {
      return false;
    }
    unqueue(request);
    request.abandon();
    request.release();
    tellRuns(request);
    return true;
  }

  /** Ends a request, with its results unless there is a reason for having none. */
  void resolve(Request request, @Nullable RuntimeException reason) {
    // First: a request that is resolved must be delivered, even if memory ends in between.
    Outbox told = outbox();
    unqueue(request);
    request.resolve(reason);
    told.deliver(request);
    if (request.waitsForRoom != null) {
      told.wake(request.waitsForRoom);
    }
    tellRuns(request);
  }

  private void unqueue(Request request) {
    if (request.queued) {
      flowOf(request).remove(request);
      waiting--;
    }
  }

  private void tellRuns(Request request) {
    if (request.isRunning()) {
      underway.tellAbandoned(outbox());
    }
  }

  /** Returns where to leave what others must be told. */
  Outbox outbox() {
    if (outbox == null) {
      outbox = new Outbox();
    }
    return outbox;
  }

  /** Takes what others must be told since the last call. */
  Outbox takeOutbox() {
    Outbox taken = outbox;
    outbox = null;
    return taken == null ? Outbox.NOTHING : taken;
  }
}
