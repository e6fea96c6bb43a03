package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is under way, and how it ends: how many requests wait, which batches run, as many as
 * workers at most, and who makes items. Every request ends once: with its results, with why there
 * are none, or abandoned.
 *
 * <p>Belongs to the {@link Scheduler}. Not thread-safe; has no clock, and what others must be told
 * is left in an {@link Outbox}.
 */
final class Underway {

  private final List<Batch> batches = new ArrayList<>();
  private final List<Making> makings = new ArrayList<>(0);
  private int waiting;
  private @Nullable Outbox outbox;

  /** A request was put in its line. */
  void waits() {
    waiting++;
  }

  /** So many requests have left their lines, as all of their items run. */
  void left(int requests) {
    waiting -= requests;
  }

  /** Returns how many requests wait in lines. */
  int waiting() {
    return waiting;
  }

  /** A batch is filled, and runs then. */
  void begin(Batch batch) {
    batches.add(batch);
  }

  /** A batch that has begun to be filled runs. */
  void start(Batch batch, long now) {
    batch.startedAt = now;
    for (int i = 0; i < batch.size(); i++) {
      batch.request(i).started();
    }
  }

  /** Whoever waits for a request of a batch has time to make its items. */
  void wakeMakers(Batch batch) {
    for (int i = 0; i < batch.size(); i++) {
      Request request = batch.request(i);
      Thread thread = request.items().areWanted() ? request.recipient().waitingThread() : null;
      if (thread != null) {
        outbox().wake(thread);
      }
    }
  }

  /** A batch no longer runs. Does nothing if it did not. */
  void end(Batch batch) {
    if (batches.remove(batch)) {
      for (int i = 0; i < batch.size(); i++) {
        batch.request(i).stopped();
      }
    }
  }

  /** A batch has run, and its results are kept. */
  void succeeded(Batch batch, long now, long runNanos) {
    end(batch);
    batch.function().ran(batch.cost(), runNanos, now);
    for (int i = 0; i < batch.size(); i++) {
      Request request = batch.request(i);
      if (!request.isResolved() && request.finished(batch.cost(i)) && !expire(request, now)) {
        resolve(request, null);
      }
      if (i + 1 == batch.size() || batch.request(i + 1) != request) {
        request.releaseFinished();
      }
    }
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
      begin(wanted);
      start(wanted, now);
    }
    return wanted;
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

  /** Ends a batch that cannot be run because of an error of our own. */
  void lose(Batch batch, Throwable cause) {
    end(batch);
    fail(batch, false, cause);
  }

  /** Ends a request whose function is closed; returns whether it is. */
  boolean failIfClosed(Request request) {
    boolean closed = request.function().isClosed();
    if (closed) {
      resolve(request, request.closed());
    }
    return closed;
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
    Thread waitsForRoom = request.waitsForRoom;
    if (waitsForRoom != null) {
      told.wake(waitsForRoom);
    }
    tellRuns(request);
  }

  private void unqueue(Request request) {
    if (request.queued) {
      request.flow().remove(request);
      waiting--;
    }
  }

  /** Tells those runs of which nobody wants a result any more. */
  private void tellRuns(Request ended) {
    for (Batch batch : ended.isRunning() ? batches : List.<Batch>of()) {
      if (!batch.isWanted()) {
        outbox().abandon(batch);
      }
    }
  }

  /** The calling thread makes items of a request. */
  void begin(Request request) {
    makings.add(new Making(request, Thread.currentThread()));
  }

  /** No items of a request are made any more. */
  void end(Request request) {
    makings.removeIf(making -> making.request() == request);
  }

  boolean isMaking() {
    return !makings.isEmpty();
  }

  /** Returns how long the running batches still take together, by the measured pace. */
  double nanosLeft(long now) {
    double sum = 0;
    for (Batch batch : batches) {
      double run = batch.cost() * batch.function().nanosPerCost();
      sum += Math.max(0, run - (now - batch.startedAt));
    }
    return sum;
  }

  /** Tells whether a function runs, or items for it are made. */
  boolean uses(RegisteredFunction function) {
    return batches.stream().anyMatch(batch -> batch.function() == function)
        || makings.stream().anyMatch(making -> making.request().function() == function);
  }

  /** Tells whether a thread runs a batch or makes items. */
  boolean uses(Thread thread) {
    return batches.stream().anyMatch(batch -> batch.runner() == thread)
        || makings.stream().anyMatch(making -> making.maker() == thread);
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

  private record Making(Request request, Thread maker) {}
}
