package io.github.bge4j.batching;

import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that every worker does once, one after the other. Guarded by the scheduler's lock, but
 * for {@link #run}.
 */
final class Errand {

  private final Consumer<? super BatchContext> task;
  private final BitSet left = new BitSet();
  private boolean runs;
  private @Nullable Throwable failure;

  Errand(int workers, Consumer<? super BatchContext> task) {
    this.task = task;
    left.set(0, workers);
  }

  /** Makes a worker the one that does it now; false if it has, or another does. */
  boolean begin(int worker) {
    boolean begins = !runs && left.get(worker);
    runs |= begins;
    return begins;
  }

  /** Does it; returns what went wrong, if anything did. */
  @Nullable Throwable run(int device) {
    try {
      task.accept(new OnDevice(device));
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /** The worker has done it; after a failure no other does. */
  void end(int worker, @Nullable Throwable reason) {
    runs = false;
    left.clear(worker);
    if (reason != null) {
      failure = reason;
      left.clear();
    }
  }

  boolean isDone() {
    return !runs && left.isEmpty();
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** Nobody ever gives up waiting for it. */
  private record OnDevice(int device) implements BatchContext {

    @Override
    public boolean isAbandoned() {
      return false;
    }

    @Override
    public Registration onAbandoned(Runnable action) {
      return () -> {};
    }
  }
}
