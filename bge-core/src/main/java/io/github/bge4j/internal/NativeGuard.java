package io.github.bge4j.internal;

import io.github.bge4j.ClosedException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Keeps a native object alive while it is in use: closing waits for the calls that run, and later
 * calls are refused.
 *
 * <p>Freeing an ONNX Runtime session or a tokenizer during a call kills the JVM. Thread-safe; uses
 * do not exclude each other.
 */
public final class NativeGuard {

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final String what;
  private boolean closed;

  /**
   * Makes a guard of an open object.
   *
   * @param what name for messages
   */
  public NativeGuard(String what) {
    this.what = what;
  }

  /**
   * Runs {@code call} while the object cannot be closed.
   *
   * @throws ClosedException if it is closed already
   */
  public <T> T use(Supplier<T> call) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new ClosedException("the " + what + " is closed; use it before close()");
      }
      return call.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Waits until no call runs, then runs {@code free}, once in the life of the guard. */
  public void close(Runnable free) {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        free.run();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
