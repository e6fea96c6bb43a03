package io.github.bge4j;

import io.github.bge4j.batching.Lane;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that tokenize and submit the later parts of asynchronous calls. They may wait for room in
 * a queue, and for nothing else; every lane has its own, so that none waits for room in another.
 *
 * <p>Thread-safe. Threads are daemons, started when they are first needed.
 */
final class CallThreads implements AutoCloseable {

  private final String prefix;
  private final AtomicInteger count = new AtomicInteger();
  private final ExecutorService queries;
  private final ExecutorService bulk;

  /**
   * Makes no thread yet.
   *
   * @param most how many threads a lane has; more steps than that stand in line
   */
  CallThreads(String model, int most) {
    this.prefix = "bge-" + model + "-calls-";
    this.queries = Executors.newFixedThreadPool(most, step -> named(new LaneThread(step)));
    this.bulk = Executors.newFixedThreadPool(most, step -> named(new LaneThread(step)));
  }

  /**
   * Takes a step into line.
   *
   * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
   */
  void execute(Lane lane, Runnable step) {
    (lane == Lane.QUERY ? queries : bulk).execute(step);
  }

  /**
   * Completes a future, in this thread unless it is one of a lane: what callers hang on a future
   * may wait for another call, which would need that thread.
   */
  void complete(Runnable completion) {
    if (Thread.currentThread() instanceof LaneThread) {
      try {
        named(new Thread(completion)).start();
        return;
      } catch (OutOfMemoryError e) {
        // No more threads: better here than never.
      }
    }
    completion.run();
  }

  private Thread named(Thread thread) {
    thread.setName(prefix + count.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** Takes no more steps; those in line still run. */
  @Override
  public void close() {
    queries.shutdown();
    bulk.shutdown();
  }

  private static final class LaneThread extends Thread {
    LaneThread(Runnable work) {
      super(work);
    }
  }
}
