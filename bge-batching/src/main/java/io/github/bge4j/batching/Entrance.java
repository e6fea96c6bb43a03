package io.github.bge4j.batching;

/**
 * Makes requests, charges the queue budget of their lane, and waits with callers that wait.
 * Thread-safe.
 */
final class Entrance {

  private final Dispatcher dispatcher;
  private final SchedulerLock lock;
  private final BatchRunner runner;
  private final Ticker clock;
  private final Events events;
  private final QueueBudget queries;
  private final QueueBudget bulk;

  Entrance(
      Dispatcher dispatcher,
      BatchRunner runner,
      Ticker clock,
      Events events,
      QueueBudget queries,
      QueueBudget bulk) {
    this.dispatcher = dispatcher;
    this.lock = dispatcher.lock();
    this.runner = runner;
    this.clock = clock;
    this.events = events;
    this.queries = queries;
    this.bulk = bulk;
  }

  QueueBudget budget(Lane lane) {
    return lane == Lane.QUERY ? queries : bulk;
  }

  /** Makes a request, and its first items in the calling thread. */
  Request request(
      RegisteredFunction function,
      RequestItems items,
      RequestOptions options,
      Recipient recipient) {
    QueueBudget budget = budget(options.lane());
    Request request = new Request(function, items, budget, options, clock.read(), recipient);
    request.made(items.make());
    return request;
  }

  /** Takes a request in and does not wait for its end, but for room if its options say so. */
  <V> void enter(Request request, RequestOptions options, ResultFuture<V> future) {
    try {
      enter(request, options);
    } catch (InterruptedException e) {
      // As if the time to wait for room had run out.
      Thread.currentThread().interrupt();
      if (abandon(request)) {
        future.fail(request.function().explain(refusal(request)));
      }
    } catch (RuntimeException e) {
      leave(request);
      future.fail(request.function().explain(e));
    } catch (Error e) {
      leave(request);
      throw e;
    }
  }

  /** Takes a request off whose caller has gone because of an error. */
  private void leave(Request request) {
    lock.surely(scheduler -> scheduler.underway().abandon(request));
  }

  /** Takes a request in, in this thread at once if nothing else is to do, and waits for its end. */
  Object[] call(Request request, CallingThread caller, RequestOptions options)
      throws InterruptedException {
    try {
      if (!runWhileIdle(request)) {
        enter(request, options);
      }
      await(request, caller);
    } catch (BatchingException e) {
      throw request.function().explain(e);
    } finally {
      if (!caller.isDone()) {
        leave(request);
      }
    }
    return caller.results();
  }

  /**
   * Runs a request that fits in one batch if nobody else waits and a worker would be idle
   * otherwise: no hand-over. Returns whether it has run.
   */
  private boolean runWhileIdle(Request request) {
    // A native call would hold the carrier of a virtual thread.
    Batch batch = CallingThread.isVirtual() ? null : dispatcher.claimIdle(request);
    if (batch != null) {
      runner.run(batch);
      dispatcher.giveUpSlot(batch);
    }
    // What has ended without having run is told as well.
    return request.isResolved();
  }

  private void await(Request request, CallingThread caller) throws InterruptedException {
    boolean late = false;
    while (!caller.isDone()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long left = late ? Request.NEVER : request.deadline() - clock.read();
      if (left > 0) {
        if (!makeItems(request)) {
          CallingThread.parkUnless(() -> caller.isDone() || request.items().areWanted(), left);
        }
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

  /** Makes the next items of the calling thread's own request, if they are wanted. */
  private boolean makeItems(Request request) {
    boolean makes =
        request.items().areWanted() && lock.decide(scheduler -> scheduler.beginMaking(request));
    if (makes) {
      dispatcher.make(request);
    }
    return makes;
  }

  /** Takes a request off; returns false if it has ended before. */
  boolean abandon(Request request) {
    return lock.decide(scheduler -> scheduler.underway().abandon(request));
  }

  /**
   * Takes a request in, whole or not at all.
   *
   * @throws BatchingException if it is refused
   */
  private void enter(Request request, RequestOptions options) throws InterruptedException {
    check(request);
    long charge = request.charge();
    boolean room = request.budget().tryTake(charge);
    if (!room) {
      // What has expired in the queue may make room.
      long now = clock.read();
      lock.exclusively(scheduler -> scheduler.expire(now));
      room = request.budget().tryTake(charge);
    }
    if (room) {
      request.admitted(charge);
      queue(request);
    } else if (options.roomNanos() > 0) {
      awaitRoom(request, charge, options.roomNanos());
    } else {
      throw refusal(request);
    }
  }

  private void check(Request request) {
    if (!isOpen(request)) {
      throw request.closed();
    }
    if (request.hasDeadline() && clock.read() >= request.deadline()) {
      events.expired(request);
      throw request.deadlineExceeded();
    }
  }

  private boolean isOpen(Request request) {
    return dispatcher.isOpen() && !request.function().isClosed();
  }

  private void queue(Request request) {
    if (!request.hasDeadline()) {
      dispatcher.submit(request);
      return;
    }
    OverloadedException refusal = dispatcher.admit(request);
    if (refusal != null) {
      events.rejected(request);
      throw refusal;
    }
  }

  private BatchingException refusal(Request request) {
    if (!isOpen(request)) {
      return request.closed();
    }
    double rate = lock.decide(scheduler -> scheduler.costPerSecond(request.function()));
    events.rejected(request);
    return OverloadedException.full(request, rate);
  }

  /**
   * Queues a request, and keeps the calling thread until the budget has room for it, or it has
   * ended: so no thread has more than one request beyond what the budget holds.
   */
  private void awaitRoom(Request request, long charge, long atMost) throws InterruptedException {
    Thread thread = Thread.currentThread();
    QueueBudget budget = request.budget();
    long until = Math.min(clock.read() + atMost, request.deadline());
    QueueBudget.Waiter waiter = budget.enqueue(charge);
    boolean interrupted = false;
    try {
      request.waitsForRoom = thread;
      queue(request);
      while (!waiter.granted() && !request.isResolved() && !interrupted && clock.read() < until) {
        long left = until - clock.read();
        if (thread != request.recipient().waitingThread() || !makeItems(request)) {
          CallingThread.parkUnless(() -> waiter.granted() || request.isResolved(), left);
        }
        interrupted = Thread.interrupted();
      }
    } finally {
      // Also when parking itself fails: nobody else would give the place in line back.
      if (budget.leave(waiter)) {
        lock.surely(scheduler -> request.admitted(charge));
      }
    }
    if (interrupted) {
      throw new InterruptedException();
    }
    long now = clock.read();
    boolean refused = !waiter.granted()
        && lock.decide(scheduler -> !request.isResolved()
            && !scheduler.underway().expire(request, now)
            && !request.hasBegun()
            && scheduler.underway().abandon(request));
    if (refused) {
      throw refusal(request);
    }
  }
}
