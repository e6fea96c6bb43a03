package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;
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
  private final List<Batch> running = new ArrayList<>();
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

  /**
   * Queues a request.
   *
   * @param gathers whether it waits for company up to the maximum wait; false if a worker is idle
   */
  void add(Request request, boolean gathers) {
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
    return unqueued.isResolved() || expire(unqueued, now)
        ? null
        : begin(BatchFormer.form(unqueued));
  }

  /** Returns those items of a failed batch that somebody still wants, as running; null if none. */
  @Nullable Batch again(Batch failed, long now) {
    Batch wanted = new Batch(failed.function(), failed.lane());
    for (int i = 0; i < failed.size(); i++) {
      Request request = failed.request(i);
      if (!request.isResolved() && !expire(request, now)) {
        wanted.add(request, failed.index(i), failed.cost(i));
      }
    }
    return wanted.size() == 0 ? null : begin(wanted);
  }

  private Batch begin(Batch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.request(i).started();
    }
    running.add(batch);
    return batch;
  }

  /** A batch no longer runs. */
  void end(Batch batch) {
    if (running.remove(batch)) {
      for (int i = 0; i < batch.size(); i++) {
        batch.request(i).stopped();
      }
    }
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
    for (Flow flow : share.flows()) {
      for (Request first = flow.first(); first != null; first = flow.first()) {
        resolve(first, new ExecutorClosedException());
      }
    }
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
      for (Batch batch : running) {
        if (batch.isAbandoned()) {
          outbox.abandon(batch.context());
        }
      }
    }
  }

  /** Tells whether a thread is running a batch. */
  boolean isRunner(Thread thread) {
    return running.stream().anyMatch(batch -> batch.runner() == thread);
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
