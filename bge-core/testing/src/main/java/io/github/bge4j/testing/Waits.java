package io.github.bge4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ways for threads of a test to wait for each other. Thread-safe. */
public final class Waits {

  /** What becomes true at some time. */
  @FunctionalInterface
  public interface Condition {

    /** Looks once. */
    boolean holds() throws Exception;
  }

  private Waits() {}

  /**
   * Looks until something is true. Ends with the test's own timeout at the latest, which interrupts
   * the test's thread.
   *
   * @throws AssertionError if the thread is interrupted, or looking fails
   */
  public static void until(Condition condition) {
    try {
      while (!condition.holds()) {
        if (Thread.interrupted()) {
          throw new AssertionError("waited in vain");
        }
        Thread.onSpinWait();
      }
    } catch (Exception e) {
      throw new AssertionError("looking at what was waited for failed", e);
    }
  }

  /**
   * Waits until another thread waits.
   *
   * @throws AssertionError if the thread is interrupted
   */
  public static void untilBlocked(Thread thread) {
    until(() -> thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING);
  }

  /**
   * Waits for a latch.
   *
   * @throws AssertionError if it takes more than a minute, or if the thread is interrupted
   */
  public static void on(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("waited in vain", e);
    }
  }
}
