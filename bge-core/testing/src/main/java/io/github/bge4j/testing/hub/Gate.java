package io.github.bge4j.testing.hub;

import java.util.concurrent.CountDownLatch;

/** A place where answers wait until a test lets them go on. Closing the hub ends the wait too. */
public final class Gate {

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Makes a closed gate. */
  public Gate() {}

  /** Lets all answers pass, for ever. */
  public void open() {
    opened.countDown();
  }

  /**
   * Waits until the first answer has come to the gate: all bytes before it are sent.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void awaitArrival() throws InterruptedException {
    arrived.await();
  }

  void pass() throws InterruptedException {
    arrived.countDown();
    opened.await();
  }
}
