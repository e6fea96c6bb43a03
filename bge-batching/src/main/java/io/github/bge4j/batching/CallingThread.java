package io.github.bge4j.batching;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A thread that waits for its own request, and how a thread waits. */
final class CallingThread implements Recipient {

  /** Virtual threads exist from Java 21 on. */
  private static final @Nullable MethodHandle IS_VIRTUAL = find();

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

  private static @Nullable MethodHandle find() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** Tells whether a native call in this thread would hold the carrier of a virtual thread. */
  static boolean isVirtual() {
    try {
      return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
    } catch (Throwable e) {
      throw new IllegalStateException("Thread.isVirtual failed; this is a bug", e);
    }
  }

  /**
   * Parks the calling thread unless it was told already. It may return early, and returns at once
   * with the flag kept if the thread is interrupted.
   *
   * <p>In a fork-join pool another thread takes its place meanwhile: a callback on the completion
   * pool may wait for what only the completion of another future brings about.
   *
   * @param told what whoever unparks the thread makes true before
   */
  static void parkUnless(BooleanSupplier told, long nanos) {
    if (!(Thread.currentThread() instanceof ForkJoinWorkerThread)) {
      if (!told.getAsBoolean()) {
        LockSupport.parkNanos(nanos);
      }
      return;
    }
    Nap nap = new Nap(told, nanos);
    try {
      ForkJoinPool.managedBlock(nap);
    } catch (RejectedExecutionException e) {
      // The pool has no more threads to give.
      nap.block();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Nap(BooleanSupplier told, long nanos) implements ForkJoinPool.ManagedBlocker {

    /** Looks again: what managed blocking did may have used up the permit of an unpark. */
    @Override
    public boolean block() {
      if (!told.getAsBoolean()) {
        LockSupport.parkNanos(nanos);
      }
      return true;
    }

    @Override
    public boolean isReleasable() {
      return told.getAsBoolean();
    }
  }
}
