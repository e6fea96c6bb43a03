package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntConsumer;

/**
 * A fixed number of daemon threads that share the work of concurrent callers fairly.
 *
 * <p>Each call of {@link #forEach} is one job of many tasks. Workers take one task of each waiting
 * job in turn, so a call with one task waits for at most one task of every other caller, not for a
 * whole bulk job. At most {@link #workers()} tasks run at a time, whatever the number of callers.
 *
 * <p>Thread-safe. Callers may be virtual threads. Whoever creates a pool closes it.
 */
public final class WorkerPool implements AutoCloseable {

  /** Wakes a worker so that it sees that the pool is closed. */
  private static final ParallelJob WAKE_UP = new ParallelJob(0, index -> {});

  private final List<Thread> threads = new ArrayList<>();
  private final LinkedBlockingQueue<ParallelJob> queue = new LinkedBlockingQueue<>();

  /** Read lock: a job enters the queue. Write lock: the queue stops taking jobs. */
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

  private volatile boolean closed;

  /**
   * Starts the workers.
   *
   * @param name prefix of the thread names; workers are called {@code name-1}, {@code name-2}, ...
   * @param workers number of threads, at least 1
   * @throws IllegalArgumentException if {@code workers} is below 1
   */
  public WorkerPool(String name, int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1: " + workers);
    }
    for (int i = 1; i <= workers; i++) {
      Thread thread = new Thread(this::work, name + "-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    boolean started = false;
    try {
      threads.forEach(Thread::start);
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  /**
   * Returns the number of threads.
   *
   * @return at least 1
   */
  public int workers() {
    return threads.size();
  }

  /**
   * Runs {@code task} for every index from 0 to {@code count - 1} on the workers and waits for all
   * of them.
   *
   * <p>Tasks start in index order. When one throws, tasks that have not started are skipped, those
   * that run are waited for, and the first exception is thrown here. What the tasks wrote is
   * visible to the caller afterwards. Must not be called from within a task.
   *
   * @param count number of tasks; with 0 the call returns at once
   * @param task called once per index, by several threads at the same time
   * @throws InterruptedException if the caller is interrupted while it waits; tasks that have not
   *     started are skipped, those that run end in the background
   * @throws PoolClosedException if the pool is closed before every task has started
   */
  public void forEach(int count, IntConsumer task) throws InterruptedException {
    ParallelJob job = new ParallelJob(count, task);
    gate.readLock().lock();
    try {
      if (closed) {
        throw new PoolClosedException();
      }
      queue.add(job);
    } finally {
      gate.readLock().unlock();
    }
    job.await();
  }

  private void work() {
    while (!closed) {
      ParallelJob job = takeJob();
      int index = job.claim();
      if (index >= 0) {
        job.run(index, () -> queue.add(job));
      }
    }
  }

  private ParallelJob takeJob() {
    while (true) {
      try {
        return queue.take();
      } catch (InterruptedException e) {
        // Nobody but a task can reach this thread, and an interrupt that a task left behind means
        // nothing to the next.
      }
    }
  }

  /**
   * Stops the workers: running tasks end, all others are skipped and their callers get a
   * {@link PoolClosedException}.
   *
   * <p>Returns when no task runs any more, even if the calling thread is interrupted meanwhile (its
   * flag is kept); what the tasks use may then be freed. Idempotent. Must not be called from within
   * a task.
   */
  @Override
  public void close() {
    gate.writeLock().lock();
    try {
      closed = true;
    } finally {
      gate.writeLock().unlock();
    }
    threads.forEach(thread -> queue.add(WAKE_UP));
    joinAll();
    for (ParallelJob job = queue.poll(); job != null; job = queue.poll()) {
      job.stop(new PoolClosedException());
    }
  }

  private void joinAll() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
