package io.github.bge4j.batching;

import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link WorkerPool#forEach}: which task is next, how many run, and what went wrong
 * first.
 *
 * <p>Thread-safe. No lock is held while a task runs.
 */
final class ParallelJob {

  private final int count;
  private final IntConsumer task;
  private final CountDownLatch done = new CountDownLatch(1);

  private int started;
  private int running;
  private boolean stopped;
  private @Nullable RuntimeException exception;
  private @Nullable Error error;

  ParallelJob(int count, IntConsumer task) {
    this.count = count;
    this.task = task;
    finishIfIdle();
  }

  /** Claims the next task; -1 when none is left to start. */
  synchronized int claim() {
    if (stopped || started == count) {
      return -1;
    }
    running++;
    return started++;
  }

  /** Runs a claimed task; a failure stops the job and is kept for {@link #await}. */
  void run(int index) {
    try {
      task.accept(index);
    } catch (RuntimeException e) {
      stop(e);
    } catch (Error e) {
      keep(e);
    }
    release();
  }

  /** Skips the tasks that have not started; a job whose tasks have all started is left alone. */
  synchronized void stop(RuntimeException reason) {
    if (exception == null && (running > 0 || started < count)) {
      exception = reason;
    }
    stopped = true;
    finishIfIdle();
  }

  private synchronized void keep(Error e) {
    error = e;
    stopped = true;
  }

  private synchronized void release() {
    running--;
    finishIfIdle();
  }

  private synchronized void finishIfIdle() {
    if (running == 0 && (stopped || started == count)) {
      done.countDown();
    }
  }

  /**
   * Waits until every task has ended or been skipped, then throws the first failure, if there was
   * one.
   */
  void await() throws InterruptedException {
    try {
      done.await();
    } catch (InterruptedException e) {
      skipRest();
      throw e;
    }
    throwFailure();
  }

  private synchronized void skipRest() {
    stopped = true;
    finishIfIdle();
  }

  private synchronized void throwFailure() {
    if (error != null) {
      throw error;
    }
    if (exception != null) {
      throw exception;
    }
  }
}
