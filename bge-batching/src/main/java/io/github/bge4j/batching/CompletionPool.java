package io.github.bge4j.batching;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that complete futures unless the caller names an executor.
 *
 * <p>A fork-join pool because it starts another thread when a callback blocks in {@code join} or
 * {@code get} of another future, which would otherwise wait for this very thread. Not the common
 * pool: its threads are everybody's, and see the system class loader only.
 */
final class CompletionPool {

  private CompletionPool() {}

  /** Makes a pool of daemon threads that see the class loader of the calling thread. */
  static ForkJoinPool create(String name) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    AtomicInteger number = new AtomicInteger();
    return new ForkJoinPool(
        Math.max(2, Runtime.getRuntime().availableProcessors()),
        pool -> {
          ForkJoinWorkerThread thread =
              ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName(name + "-completion-" + number.incrementAndGet());
          thread.setContextClassLoader(loader);
          return thread;
        },
        null,
        true);
  }
}
