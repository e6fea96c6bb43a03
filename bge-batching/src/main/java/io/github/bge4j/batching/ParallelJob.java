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
  private @Nullable Throwable failure;

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

  /**
   * Runs a claimed task; a failure of any kind stops the job and is kept for {@link #await}.
   *
   * @param requeue puts the job back in line first, so that other workers can take its next task
   */
  void run(int index, Runnable requeue) {
    try {
      requeue.run();
      task.accept(index);
    } catch (Throwable e) {
      // Nobody else would tell the caller, whatever it is.
      stop(e);
    } finally {
      release();
    }
  }

  /** Skips the tasks that have not started; a job whose tasks have all ended is left alone. */
  synchronized void stop(Throwable reason) {
    if (failure == null && (running > 0 || started < count)) {
      failure = reason;
    }
    stopped = true;
    finishIfIdle();
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

  /** Waits until every task has ended or been skipped, then throws the first failure, if any. */
  void await() throws InterruptedException {
    try {
      done.await();
    } catch (InterruptedException e) {
      stop(e);
      throw e;
    }
    Throwable first = failure();
    if (first != null) {
      ParallelJob.<RuntimeException>throwAsItIs(first);
    }
  }

  private synchronized @Nullable Throwable failure() {
    return failure;
  }

  /** A task declares no checked exception, but may throw one all the same. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwAsItIs(Throwable failure) throws T {
    throw (T) failure;
  }
}
