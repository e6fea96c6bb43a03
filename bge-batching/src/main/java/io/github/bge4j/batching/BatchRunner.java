package io.github.bge4j.batching;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs claimed batches, and finds out which items of a failed one are to blame. Thread-safe; used
 * by workers and by callers that run their own request.
 */
final class BatchRunner {

  private final SchedulerLock lock;
  private final Ticker clock;
  private final Events events;

  BatchRunner(SchedulerLock lock, Ticker clock, Events events) {
    this.lock = lock;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Runs a batch until each of its items has a result or has failed. Throws nothing.
   *
   * @return the error that the function threw, after which this thread should not be trusted; null
   *     otherwise
   */
  @Nullable Throwable run(Batch batch) {
    Bisection parts = null;
    try {
      Throwable failure = attempt(batch);
      if (failure == null) {
        return null;
      }
      parts = new Bisection(batch);
      return parts.run(failure);
    } catch (Throwable e) {
      // Out of heap in our own code, a broken clock, or a bug: nobody may wait for ever for it.
      Bisection left = parts;
      lock.surely(scheduler -> {
        scheduler.underway().lose(batch, e);
        if (left != null) {
          left.lose(scheduler, e);
        }
      });
      return e;
    }
  }

  /** Runs a batch once; returns what went wrong, if anything did. */
  private @Nullable Throwable attempt(Batch batch) {
    Throwable failure = null;
    long started = clock.read();
    try {
      keep(batch, batch.function().function().run(batch.items(), batch));
    } catch (Throwable e) {
      // Whatever it is, somebody waits to hear of it.
      failure = e;
    }
    long ended = clock.read();
    if (failure == null) {
      lock.exclusively(scheduler -> scheduler.underway().succeeded(batch, ended, ended - started));
    }
    events.ran(batch, started, ended, failure);
    return failure;
  }

  private static void keep(Batch batch, List<Object> results) {
    if (results.size() != batch.size()) {
      throw new IllegalStateException(
          "the batch function of '" + batch.function().name() + "' returned " + results.size()
              + " results for " + batch.size() + " items; this is a bug in it");
    }
    int i = 0;
    for (Object result : results) {
      if (result == null) {
        throw new IllegalStateException("the batch function of '"
            + batch.function().name() + "' returned null; this is a bug in it");
      }
      batch.request(i).keep(batch.index(i), result);
      i++;
    }
  }

  /**
   * A failed batch runs again in halves, depth first, until each failing item stands alone: one bad
   * item among n costs about {@code 2 log2(n)} runs. When a device is broken every part fails;
   * after {@code log2(n) + 8} failures in a row nothing more is tried. Not thread-safe.
   */
  private final class Bisection {

    /** So that a few bad items side by side are still told from a broken device. */
    private static final int EXTRA_FAILURES = 8;

    private final Batch whole;
    /** What is left to run; the next comes first. */
    private final ArrayDeque<Batch> parts = new ArrayDeque<>();

    private final int mostFailures;
    private int failuresInARow;
    private @Nullable Batch current;

    private Bisection(Batch whole) {
      this.whole = whole;
      mostFailures = Integer.SIZE - Integer.numberOfLeadingZeros(whole.size()) + EXTRA_FAILURES;
    }

    /**
     * Runs what can be run.
     *
     * @return the error that the function threw, if it threw one
     */
    private @Nullable Throwable run(Throwable firstFailure) {
      Throwable error = failed(whole, firstFailure);
      boolean interrupted = false;
      while (error == null && !parts.isEmpty()) {
        Batch part = nextPart();
        if (part != null) {
          // What one part left behind must not fail the next.
          interrupted |= Thread.interrupted();
          Throwable failure = attempt(part);
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
      current = part;
      long now = clock.read();
      return lock.decide(scheduler -> {
        if (part.size() > 1 && part.paddedCost() > part.function().maxCost()) {
          split(part);
          return null;
        }
        current = scheduler.underway().again(part, now);
        return current;
      });
    }

    private @Nullable Throwable failed(Batch batch, Throwable failure) {
      failuresInARow++;
      boolean tooLarge = batch.function().isOutOfMemory(failure);
      boolean error = failure instanceof Error && !tooLarge;
      boolean alone = batch.size() == 1;
      boolean hopeless = error || failuresInARow >= mostFailures;
      lock.exclusively(scheduler -> {
        scheduler.underway().end(batch);
        if (tooLarge) {
          batch.function().ranOutOfMemory(batch.paddedCost());
        }
        if (alone || hopeless) {
          scheduler.underway().fail(batch, alone, failure);
        } else {
          split(batch);
        }
        if (hopeless) {
          parts.forEach(part -> scheduler.underway().fail(part, false, failure));
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

    /** Ends what was not run because of an error of our own. */
    private void lose(Scheduler scheduler, Throwable cause) {
      if (current != null) {
        scheduler.underway().lose(current, cause);
      }
      parts.forEach(part -> scheduler.underway().lose(part, cause));
    }
  }
}
