package io.github.bge4j.testing.hub;

/** Decides when the next piece of a body goes out. */
@FunctionalInterface
public interface Pace {

  /** Sends at once. */
  Pace FULL = sent -> {};

  /**
   * Returns when the next piece may go out.
   *
   * @param sentBytes how many bytes of this body went out before
   * @throws InterruptedException when the hub is closed; the connection is then closed
   */
  void awaitTurn(long sentBytes) throws InterruptedException;
}
