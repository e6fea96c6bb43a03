package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/**
 * All that is decided: what waits, what runs next, and how requests end.
 *
 * <p>Plain data and rules. No threads, no clock and no callbacks: {@code now} is passed in, and
 * what others must be told is left in an {@link Outbox}. Not thread-safe; the {@link Dispatcher}
 * guards it.
 */
final class Scheduler {

  private final BatchFormer former;
  private final FairShare share;
  private final DrainRate rate;
  private final RunningBatches running = new RunningBatches();
  private Outbox outbox = new Outbox();

  /** No queued request expires before this. */
  private long earliestDeadline = Durations.FOREVER;

  Scheduler(BatchFormer former, FairShare share, DrainRate rate) {
    this.former = former;
    this.share = share;
    this.rate = rate;
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
   * Queues a request.
   *
   * @param gathers whether it waits for company up to the maximum wait; false if a worker is idle
   */
  void add(Request request, boolean gathers) {
    if (failIfClosed(request)) {
      return;
    }
    Flow flow = request.flow();
    if (flow.isEmpty()) {
      share.starts(flow);
    }
    request.gathers = gathers;
    flow.add(request);
    earliestDeadline = Math.min(earliestDeadline, request.deadline());
  }

  boolean isEmpty() {
    return share.isEmpty();
  }

  /** Returns when there will be a batch; {@link Durations#FOREVER} if nothing waits. */
  long readyAt() {
    return share.readyAt();
  }

  void stopGathering() {
    share.stopGathering();
  }

  double costPerSecond() {
    return rate.perSecond();
  }

  /** Returns what one worker runs next, as running; null if nothing may run now. */
  @Nullable Batch next(long now) {
    for (Flow flow = share.next(now); flow != null; flow = share.next(now)) {
      Request first = flow.first();
      if (first != null && !expire(first, now)) {
        long waitingSince = first.waitingSince;
        Batch batch = former.form(flow, first, now);
        share.charge(flow, batch.cost(), waitingSince, now);
        return begin(batch);
      }
    }
    return null;
  }

  /** Returns a batch of a request that does not queue, as running; null if it has ended. */
  @Nullable Batch next(Request unqueued, long now) {
    return unqueued.isResolved() || expire(unqueued, now) || failIfClosed(unqueued)
        ? null
        : begin(BatchFormer.form(unqueued));
  }

  /** Returns those items of a failed batch that somebody still wants, as running; null if none. */
  @Nullable Batch again(Batch failed, long now) {
    Batch wanted = new Batch(failed.function(), failed.lane());
    for (int i = 0; i < failed.size(); i++) {
      Request request = failed.request(i);
      if (!request.isResolved() && !expire(request, now) && !failIfClosed(request)) {
        wanted.add(request, failed.index(i), failed.cost(i));
      }
    }
    return wanted.size() == 0 ? null : begin(wanted);
  }

  private Batch begin(Batch batch) {
    running.begin(batch);
    return batch;
  }

  /** A batch no longer runs. */
  void end(Batch batch) {
    running.end(batch);
  }

  RunningBatches running() {
    return running;
  }

  /** A batch has run, and its results are kept. */
  void succeeded(Batch batch, long now, long runNanos) {
    end(batch);
    rate.ran(batch.cost(), runNanos);
    batch.function().memory().succeeded();
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
            new BatchFailedException(batch.function().name(), blamed ? batch.index(i) : -1, cause));
      }
    }
  }

  /** Ends every request that waits, or has items that wait. */
  void failWaiting() {
    share.flows().forEach(this::failWaiting);
  }

  private void failWaiting(Flow flow) {
    for (Request first = flow.first(); first != null; first = flow.first()) {
      resolve(first, first.closed());
    }
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
    earliestDeadline = Durations.FOREVER;
    for (Flow flow : share.flows()) {
      Request next;
      for (Request request = flow.first(); request != null; request = next) {
        next = request.next;
        if (!expire(request, now)) {
          earliestDeadline = Math.min(earliestDeadline, request.deadline());
        }
      }
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
    end(request, null);
    request.release();
    return true;
  }

  /** Ends a request, with its results unless there is a reason for having none. */
  void resolve(Request request, @Nullable RuntimeException reason) {
    end(request, reason);
    outbox.deliver(request);
    if (reason != null) {
      request.release();
    }
  }

  private void end(Request request, @Nullable RuntimeException reason) {
    if (request.queued) {
      request.flow().remove(request);
    }
    request.resolve(reason);
    if (request.isRunning()) {
      running.tellAbandoned(outbox);
    }
  }

  /** Returns where to leave what others must be told. */
  Outbox outbox() {
    return outbox;
  }

  /** Takes what others must be told since the last call. */
  Outbox takeOutbox() {
    if (outbox.isEmpty()) {
      return Outbox.NOTHING;
    }
    Outbox taken = outbox;
    outbox = new Outbox();
    return taken;
  }
}
