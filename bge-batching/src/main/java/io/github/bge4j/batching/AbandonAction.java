package io.github.bge4j.batching;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An action that runs at most once, and not after it was closed. */
final class AbandonAction implements BatchContext.Registration {

  private static final Logger LOG = LoggerFactory.getLogger(AbandonAction.class);

  private final AtomicReference<@Nullable Runnable> action;
  private final AtomicReference<@Nullable AbandonAction> place;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Thread runner;

  AbandonAction(Runnable action, AtomicReference<@Nullable AbandonAction> place) {
    this.action = new AtomicReference<>(action);
    this.place = place;
  }

  void fire() {
    Runnable mine = action.getAndSet(null);
    if (mine == null) {
      return;
    }
    runner = Thread.currentThread();
    try {
      mine.run();
    } catch (Throwable e) {
      // Others are told after this one, whatever it is.
      LOG.warn("an action for an abandoned batch failed", e);
    } finally {
      ended.countDown();
    }
  }

  @Override
  public void close() {
    if (action.getAndSet(null) != null) {
      ended.countDown();
    } else if (runner != Thread.currentThread()) {
      awaitEnd();
    }
    place.compareAndSet(this, null);
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
