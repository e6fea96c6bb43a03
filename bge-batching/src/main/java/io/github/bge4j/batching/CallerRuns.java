package io.github.bge4j.batching;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs requests in the threads of their callers, in the place of a worker. Thread-safe. */
final class CallerRuns {

  private final Dispatcher dispatcher;
  private final Scheduler scheduler;
  private final RunSlots slots;
  private final BatchRunner runner;
  private final Clock clock;

  CallerRuns(Dispatcher dispatcher, BatchRunner runner, Clock clock) {
    this.dispatcher = dispatcher;
    this.scheduler = dispatcher.scheduler();
    this.slots = dispatcher.slots();
    this.runner = runner;
    this.clock = clock;
  }

  /**
   * Runs a request that fits in one batch if nobody else waits and a worker would be idle
   * otherwise: no hand-over. Returns whether it has run.
   */
  boolean runWhileIdle(Request request) {
    // A native call would hold the carrier of a virtual thread.
    Batch batch = VirtualThreads.isCurrent() ? null : dispatcher.decide(() -> claimIdle(request));
    if (batch != null) {
      run(batch);
    }
    return batch != null;
  }

  private @Nullable Batch claimIdle(Request request) {
    boolean idle = slots.anyFree() && slots.noCallers() && scheduler.isEmpty();
    long now = clock.now();
    if (!idle || !mayStart(request, now) || !BatchFormer.fitsOneBatch(request)) {
      return null;
    }
    Batch batch = scheduler.next(request, now);
    if (batch != null) {
      slots.take();
    }
    return batch;
  }

  /** Runs a request batch by batch, whenever it is its turn. */
  void runInTurns(Request request) throws InterruptedException {
    while (!request.isResolved()) {
      RunSlots.Turn turn = Objects.requireNonNull(dispatcher.decide(this::enqueue));
      boolean interrupted = false;
      while (!turn.granted() && !interrupted && mayStart(request, clock.now())) {
        Parking.parkUnless(turn::granted, request.deadline() - clock.now());
        interrupted = Thread.interrupted();
      }
      if (interrupted || !mayStart(request, clock.now())) {
        dispatcher.exclusively(() -> giveUp(request, turn));
      } else {
        runOneBatch(request);
      }
      if (interrupted) {
        throw new InterruptedException();
      }
    }
  }

  private boolean mayStart(Request request, long now) {
    return dispatcher.isOpen() && !request.function().isClosed() && now < request.deadline();
  }

  private RunSlots.Turn enqueue() {
    RunSlots.Turn turn = slots.enqueue(Thread.currentThread());
    dispatcher.wake(slots.grantFirst());
    return turn;
  }

  /** Ends a request that got no turn: interrupted, too late, or closed. */
  private void giveUp(Request request, RunSlots.Turn turn) {
    if (!slots.remove(turn)) {
      dispatcher.giveUpSlot();
    }
    long now = clock.now();
    if (mayStart(request, now)) {
      scheduler.abandon(request);
    } else if (!scheduler.expire(request, now)) {
      scheduler.resolve(request, request.closed());
    }
  }

  private void runOneBatch(Request request) {
    Batch batch = dispatcher.decide(() -> {
      Batch next = scheduler.next(request, clock.now());
      if (next == null) {
        dispatcher.giveUpSlot();
      }
      return next;
    });
    if (batch != null) {
      run(batch);
    }
  }

  private void run(Batch batch) {
    try {
      runner.run(batch);
    } finally {
      dispatcher.exclusively(dispatcher::giveUpSlot);
    }
  }
}
