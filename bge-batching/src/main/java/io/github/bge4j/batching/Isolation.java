package io.github.bge4j.batching;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which items of a failed batch are to blame. Not thread-safe; one for each batch.
 *
 * <p>The batch runs again in halves, depth first, until each failing item stands alone: one bad
 * item among n costs about {@code 2 log2(n)} runs. When a device is broken every part fails; after
 * {@code log2(n) + 8} failures in a row nothing more is tried.
 */
final class Isolation {

  /** So that a few bad items side by side are still told from a broken device. */
  private static final int EXTRA_FAILURES = 8;

  private final Dispatcher dispatcher;
  private final Scheduler scheduler;
  private final Clock clock;
  private final BatchRunner runner;

  /** What is left to run; the next comes first. */
  private final ArrayDeque<Batch> parts = new ArrayDeque<>();

  private int failuresInARow;
  private int mostFailures;

  Isolation(Dispatcher dispatcher, Clock clock, BatchRunner runner) {
    this.dispatcher = dispatcher;
    this.scheduler = dispatcher.scheduler();
    this.clock = clock;
    this.runner = runner;
  }

  /**
   * Runs what can be run of a batch that has failed.
   *
   * @return the error that the function threw, if it threw one
   */
  @Nullable Throwable run(Batch batch, Throwable firstFailure) {
    mostFailures = Integer.SIZE - Integer.numberOfLeadingZeros(batch.size()) + EXTRA_FAILURES;
    Throwable error = failed(batch, firstFailure);
    boolean interrupted = false;
    while (error == null && !parts.isEmpty()) {
      Batch part = nextPart();
      if (part != null) {
        // What one part left behind must not fail the next.
        interrupted |= Thread.interrupted();
        Throwable failure = runner.attempt(part);
        if (failure == null) {
          failuresInARow = 0;
        } else {
          error = failed(part, failure);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return error;
  }

  /** Returns the next part as running; null if nobody wants it, or it has to be split first. */
  private @Nullable Batch nextPart() {
    Batch part = parts.pop();
    return dispatcher.decide(() -> {
      if (part.size() > 1 && part.paddedCost() > part.function().memory().current()) {
        split(part);
        return null;
      }
      return scheduler.again(part, clock.now());
    });
  }

  private @Nullable Throwable failed(Batch batch, Throwable failure) {
    failuresInARow++;
    boolean tooLarge = isOutOfMemory(batch, failure);
    boolean error = failure instanceof Error && !tooLarge;
    boolean alone = batch.size() == 1;
    boolean hopeless = error || failuresInARow >= mostFailures;
    dispatcher.exclusively(() -> {
      scheduler.end(batch);
      if (tooLarge) {
        batch.function().memory().exceeded(batch.paddedCost());
      }
      if (alone || hopeless) {
        scheduler.fail(batch, alone, failure);
      } else {
        split(batch);
      }
      if (hopeless) {
        parts.forEach(part -> scheduler.fail(part, false, failure));
        parts.clear();
      }
    });
    return error ? failure : null;
  }

  private void split(Batch batch) {
    int middle = batch.size() / 2;
    parts.push(batch.part(middle, batch.size()));
    parts.push(batch.part(0, middle));
  }

  private static boolean isOutOfMemory(Batch batch, Throwable failure) {
    try {
      return batch.function().function().isOutOfMemory(failure);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      return false;
    }
  }
}
