package io.github.bge4j.batching;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that make the items of large requests, together with the one that asks: a full batch at a
 * time, and as many ahead as keep every worker busy. Thread-safe.
 */
final class ItemMakers implements AutoCloseable {

  /** A thread takes so many parts of a portion, so that all end at about the same time. */
  private static final int PARTS_PER_THREAD = 4;

  private static final int IDLE_SECONDS = 10;

  private final int threads;
  private final int workers;
  private final ThreadPoolExecutor pool;

  /**
   * Makes a pool, whose threads start with the first large request and end when none comes.
   *
   * @param workers for each of them a batch is made ahead
   */
  ItemMakers(int threads, int workers, String namePrefix) {
    this.threads = threads;
    this.workers = workers;
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    AtomicInteger number = new AtomicInteger();
    pool = new ThreadPoolExecutor(
        threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, namePrefix + "-items-" + number.incrementAndGet());
          thread.setDaemon(true);
          thread.setContextClassLoader(loader);
          return thread;
        });
    pool.allowCoreThreadTimeOut(true);
  }

  /** Returns how many items to make next, by what one costs: a full batch. */
  int portion(double meanCost, BatchLimits limits) {
    double fullBatch = limits.maxCost() / meanCost;
    return (int) Math.max(RequestItems.PORTION, Math.min(fullBatch, limits.maxItems()));
  }

  /** Tells whether as much waits as every worker's next batch takes. */
  boolean areEnough(int pending, long pendingCost, BatchLimits limits) {
    return pending / workers >= limits.maxItems() || pendingCost / workers >= limits.maxCost();
  }

  /**
   * Makes the items of these numbers, and returns when all are made; the pool helps the calling
   * thread. Throws what the least number threw that failed.
   *
   * @param maker called by several threads
   */
  void make(int from, int to, IntConsumer maker) {
    int size = Math.max(1, (to - from) / (PARTS_PER_THREAD * (threads + 1)));
    if (to - from <= size) {
      for (int i = from; i < to; i++) {
        maker.accept(i);
      }
      return;
    }
    Portion portion = new Portion(from, to, size, maker);
    try {
      for (int i = 1; i < Math.min(threads + 1, portion.parts); i++) {
        pool.execute(portion);
      }
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // Closed, or no threads to be had: those that there are do it.
    }
    portion.run();
    portion.await();
  }

  /**
   * Has a thread of the pool do what makes a portion, while the calling one does something else.
   *
   * @return false if there is no such thread, and the caller must do it
   */
  boolean lead(Runnable making) {
    try {
      pool.execute(making);
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      return false;
    }
  }

  /** Ends the threads. Items that are asked for later are made in the thread that asks. */
  @Override
  public void close() {
    pool.shutdown();
  }

  /** Items that several threads make, a part at a time in the order of their numbers. */
  private static final class Portion implements Runnable {

    private final int from;
    private final int to;
    private final int size;
    private final int parts;
    private final IntConsumer maker;
    private final AtomicInteger next = new AtomicInteger();
    /** Counts parts, not threads: one that never came is not waited for. */
    private final CountDownLatch left;

    private @Nullable Throwable failure;
    /** No item of a greater number need be made. */
    private volatile int failed = Integer.MAX_VALUE;

    private Portion(int from, int to, int size, IntConsumer maker) {
      this.from = from;
      this.to = to;
      this.size = size;
      this.parts = (to - from + size - 1) / size;
      this.maker = maker;
      this.left = new CountDownLatch(parts);
    }

    @Override
    public void run() {
      for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
        int first = from + part * size;
        int number = first;
        try {
          for (; number < Math.min(to, first + size) && number < failed; number++) {
            maker.accept(number);
          }
        } catch (Throwable e) {
          fail(number, e);
        } finally {
          left.countDown();
        }
      }
    }

    private synchronized void fail(int number, Throwable cause) {
      if (number < failed) {
        failed = number;
        failure = cause;
      }
    }

    private synchronized @Nullable Throwable failure() {
      return failure;
    }

    /** Waits for the parts that others have begun; an interrupt only ends what is longer. */
    private void await() {
      boolean interrupted = false;
      while (left.getCount() > 0) {
        try {
          left.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      Throwable cause = failure();
      if (cause instanceof RuntimeException exception) {
        throw exception;
      } else if (cause instanceof Error error) {
        throw error;
      } else if (cause != null) {
        throw new IllegalStateException(
            "what makes items threw a checked exception; this is a bug in it", cause);
      }
    }
  }
}
