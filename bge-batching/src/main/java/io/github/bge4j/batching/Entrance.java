package io.github.bge4j.batching;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets requests in, whole or not at all, and waits with callers that wait. Thread-safe. */
final class Entrance {

  private final Dispatcher dispatcher;
  private final CallerRuns callerRuns;
  private final Clock clock;
  private final Events events;

  Entrance(Dispatcher dispatcher, CallerRuns callerRuns, Clock clock, Events events) {
    this.dispatcher = dispatcher;
    this.callerRuns = callerRuns;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Takes a request in, by whatever way the policy allows.
   *
   * @return why it was not taken in; null if its recipient will be told the outcome, or was
   */
  @Nullable RuntimeException enter(Request request, OverloadPolicy policy) throws InterruptedException {
    RuntimeException refusal = check(request);
    if (refusal != null || tryQueue(request)) {
      return refusal;
    }
    // What has expired in the queue may make room.
    dispatcher.exclusively(() -> dispatcher.scheduler().expire(clock.now()));
    if (tryQueue(request)) {
      return null;
    }
    if (policy.runsInCaller()) {
      callerRuns.runInTurns(request);
      return null;
    }
    return policy.maxWaitNanos() > 0 && awaitRoom(request, policy.maxWaitNanos())
        ? null
        : refusal(request);
  }

  /** Takes a request in, in this thread at once if nothing else is to do, and waits for its end. */
  void enterAndWait(Request request, WaitingCaller caller, OverloadPolicy policy)
      throws InterruptedException {
    RuntimeException refusal = callerRuns.runWhileIdle(request) ? null : enter(request, policy);
    if (refusal != null) {
      throw refusal;
    }
    boolean late = false;
    while (!caller.isDone()) {
      if (Thread.interrupted()) {
        abandon(request);
        throw new InterruptedException();
      }
      long left = late ? Durations.FOREVER : request.deadline() - clock.now();
      if (left > 0) {
        Parking.parkUnless(caller::isDone, left);
      } else if (abandon(request)) {
        events.expired(request);
        throw request.deadlineExceeded();
      } else {
        // The outcome is on its way. Look again before parking: waiting for the lock may have used
        // up the permit with which it came.
        late = true;
      }
    }
  }

  /** Takes a request off; returns false if it has ended before. */
  boolean abandon(Request request) {
    return Boolean.TRUE.equals(dispatcher.decide(() -> dispatcher.scheduler().abandon(request)));
  }

  private @Nullable RuntimeException check(Request request) {
    if (!dispatcher.isOpen() || request.function().isClosed()) {
      return request.closed();
    }
    if (clock.now() >= request.deadline()) {
      events.expired(request);
      return request.deadlineExceeded();
    }
    return null;
  }

  private boolean tryQueue(Request request) {
    long charge = request.charge();
    boolean room = request.budget().tryTake(charge);
    if (room) {
      request.admitted(charge);
      dispatcher.submit(request);
    }
    return room;
  }

  private RuntimeException refusal(Request request) {
    RuntimeException refusal = check(request);
    if (refusal == null) {
      events.rejected(request);
      refusal = queueFull(request);
    }
    return refusal;
  }

  /** Returns the refusal of a full queue, with the time it takes to drain what is too much. */
  QueueFullException queueFull(Request request) {
    QueueBudget budget = request.budget();
    Double rate = dispatcher.decide(() -> dispatcher.scheduler().costPerSecond());
    Duration retryAfter =
        QueueFullException.retryAfter(rate == null ? 0 : rate, budget.excessCost(request.charge()));
    return new QueueFullException(request.lane(), budget, retryAfter);
  }

  /** Waits in line for room; returns whether the request was queued. */
  private boolean awaitRoom(Request request, long maxWaitNanos) throws InterruptedException {
    long charge = request.charge();
    long until = Math.min(clock.now() + maxWaitNanos, request.deadline());
    QueueBudget.Waiter waiter = request.budget().enqueue(charge);
    boolean interrupted = false;
    boolean admitted = false;
    try {
      while (!waiter.granted() && !interrupted && isOpen(request) && clock.now() < until) {
        Parking.parkUnless(waiter::granted, until - clock.now());
        interrupted = Thread.interrupted();
      }
    } finally {
      // Also when parking itself fails: nobody else would give the place in line back.
      boolean granted = request.budget().leave(waiter);
      admitted = granted && !interrupted && isOpen(request);
      if (granted && !admitted) {
        request.budget().release(charge);
      }
    }
    if (admitted) {
      request.admitted(charge);
      dispatcher.submit(request);
      return true;
    }
    if (interrupted) {
      throw new InterruptedException();
    }
    return false;
  }

  private boolean isOpen(Request request) {
    return dispatcher.isOpen() && !request.function().isClosed();
  }
}
