package io.github.bge4j.batching;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that waits for its own request. */
final class WaitingCaller implements Recipient {

  private static final Object[] NONE = {};

  private final Thread thread = Thread.currentThread();
  private Object[] results = NONE;
  private @Nullable RuntimeException failure;
  private volatile boolean done;

  @Override
  public void succeed(Object[] values) {
    results = values;
    wake();
  }

  @Override
  public void fail(RuntimeException reason) {
    failure = reason;
    wake();
  }

  private void wake() {
    done = true;
    // A caller that runs its own request tells itself.
    if (thread != Thread.currentThread()) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public Thread waitingThread() {
    return thread;
  }

  boolean isDone() {
    return done;
  }

  /** Returns the results, shape {@code [items]}, or throws the failure. Once it is done. */
  Object[] results() {
    if (failure != null) {
      throw failure;
    }
    return results;
  }
}
