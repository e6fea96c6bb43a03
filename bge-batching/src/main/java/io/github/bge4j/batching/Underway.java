package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * What threads are at: running batches, as many as workers at most, and making items. Not
 * thread-safe.
 */
final class Underway {

  private final List<Batch> batches = new ArrayList<>();
  private final List<Making> makings = new ArrayList<>(0);

  /** A batch is filled, and runs then. */
  void begin(Batch batch) {
    batches.add(batch);
  }

  /** A batch no longer runs; returns false if it did not. */
  boolean end(Batch batch) {
    return batches.remove(batch);
  }

  /** The calling thread makes items of a request. */
  void begin(Request request) {
    makings.add(new Making(request, Thread.currentThread()));
  }

  /** No items of a request are made any more. */
  void end(Request request) {
    makings.removeIf(making -> making.request() == request);
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

  boolean isMaking() {
    return !makings.isEmpty();
  }

  /** Tells those runs of which nobody wants a result any more. */
  void tellAbandoned(Outbox outbox) {
    for (Batch batch : batches) {
      if (!batch.isWanted()) {
        outbox.abandon(batch);
      }
    }
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

  private record Making(Request request, Thread maker) {}
}
