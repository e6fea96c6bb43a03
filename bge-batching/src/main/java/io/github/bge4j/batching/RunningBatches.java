package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;

/** The batches that run; as many as workers at most. Not thread-safe. */
final class RunningBatches {

  private final List<Batch> batches = new ArrayList<>();

  void begin(Batch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.request(i).started();
    }
    batches.add(batch);
  }

  /** A batch no longer runs. Does nothing if it did not. */
  void end(Batch batch) {
    if (batches.remove(batch)) {
      for (int i = 0; i < batch.size(); i++) {
        batch.request(i).stopped();
      }
    }
  }

  /** Tells those runs of which nobody wants a result any more. */
  void tellAbandoned(Outbox outbox) {
    for (Batch batch : batches) {
      if (batch.isAbandoned()) {
        outbox.abandon(batch.context());
      }
    }
  }

  /** Tells whether a batch of a function runs. */
  boolean any(RegisteredFunction function) {
    return batches.stream().anyMatch(batch -> batch.function() == function);
  }

  /** Tells whether a thread runs a batch. */
  boolean any(Thread runner) {
    return batches.stream().anyMatch(batch -> batch.runner() == runner);
  }
}
