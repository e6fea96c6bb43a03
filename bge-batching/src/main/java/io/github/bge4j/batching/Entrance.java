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
  private final boolean callersRun;

  Entrance(
      Dispatcher dispatcher,
      BatchRunner runner,
      Ticker clock,
      Events events,
      QueueBudget queries,
      QueueBudget bulk,
      boolean callersRun) {
    this.dispatcher = dispatcher;
    this.lock = dispatcher.lock();
    this.runner = runner;
    this.clock = clock;
    this.events = events;
    this.queries = queries;
    this.bulk = bulk;
    this.callersRun = callersRun;
  }

  QueueBudget budget(Lane lane) {
    return lane == Lane.QUERY ? queries : bulk;
  }

  /** Makes a request of items, none of which is made yet. */
  Request request(
      RegisteredFunction function,
      RequestItems items,
      RequestOptions options,
      Recipient recipient) {
    QueueBudget budget = budget(options.lane());
    return new Request(function, items, budget, options, clock.read(), recipient);
  }

  /**
   * Takes a request in and does not wait for its end, but for room if its options say so. Its first
   * items are made before, in the calling thread; what that throws is thrown.
   */
  <V> void enter(Request request, RequestOptions options, ResultFuture<V> future) {
    try {
      begin(request);
      enter(request, options);
    } catch (InterruptedException e) {
      // As if the time to wait for room had run out.
      Thread.currentThread().interrupt();
      if (abandon(request)) {
        future.fail(refusal(request));
      }
    } catch (BatchingException e) {
      leave(request);
      future.fail(e);
    } catch (RuntimeException | Error e) {
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
      begin(request);
      if (!runWhileIdle(request)) {
        enter(request, options);
      }
      await(request, caller);
      return caller.results();
    } catch (RuntimeException e) {
      throw request.function().explain(e);
    } finally {
      if (!caller.isDone()) {
        leave(request);
      }
    }
  }

  /**
   * Runs a request that fits in one batch if nobody else waits and a worker would be idle
   * otherwise: no hand-over. Returns whether it has run.
   */
  private boolean runWhileIdle(Request request) {
    // A native call would hold the carrier of a virtual thread.
    Batch batch = callersRun && !CallingThread.isVirtual() ? dispatcher.claimIdle(request) : null;
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
    } else if (options.roomNanos() > 0 && !dispatcher.isRunner(Thread.currentThread())) {
      awaitRoom(request, charge, options.roomNanos());
    } else {
      throw refusal(request);
    }
  }

  /** Makes the first items of a request, if it is not too late for it. */
  private void begin(Request request) {
    if (!isOpen(request)) {
      throw request.closed();
    }
    if (request.hasDeadline() && clock.read() >= request.deadline()) {
      events.expired(request);
      throw request.deadlineExceeded();
    }
    request.made(request.items().make());
  }

  private boolean isOpen(Request request) {
    return dispatcher.isOpen() && !request.function().isClosed();
  }

  private void queue(Request request) {
    if (!request.hasDeadline()) {
      dispatcher.submit(request);
      return;
    }
    BatchingException refusal = dispatcher.admit(request);
    if (refusal instanceof OverloadedException) {
      events.rejected(request);
      throw refusal;
    } else if (refusal != null) {
      events.expired(request);
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
    QueueBudget budget = request.budget();
    long until = Math.min(clock.read() + atMost, request.deadline());
    QueueBudget.Waiter waiter = budget.enqueue(charge);
    boolean refused = false;
    try {
      request.waitsForRoom = Thread.currentThread();
      queue(request);
      while (!waiter.granted() && !request.isResolved() && !refused) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        // What has begun stays in, and is charged as soon as there is room.
        long left = request.hasBegun() ? Request.NEVER : until - clock.read();
        if (left > 0) {
          makeOrPark(request, waiter, left);
        } else {
          refused = takeBack(request);
        }
      }
    } finally {
      request.waitsForRoom = null;
      // Also when parking itself fails: nobody else would give the place in line back.
      if (budget.leave(waiter)) {
        lock.surely(scheduler -> request.admitted(charge));
      }
    }
    if (refused) {
      throw refusal(request);
    }
  }

  private void makeOrPark(Request request, QueueBudget.Waiter waiter, long nanos) {
    boolean own = Thread.currentThread() == request.recipient().waitingThread();
    if (!own || !makeItems(request)) {
      CallingThread.parkUnless(
          () -> waiter.granted()
              || request.isResolved()
              || (own && request.items().areWanted()),
          nanos);
    }
  }

  /** Takes a request off for which there was no room in time; false if it has begun or ended. */
  private boolean takeBack(Request request) {
    long now = clock.read();
    return lock.decide(scheduler -> !request.isResolved()
        && !scheduler.underway().expire(request, now)
        && !request.hasBegun()
        && scheduler.underway().abandon(request));
  }
}
