package io.github.bge4j.batching;

/** Time since the executor was made, in nanoseconds. Thread-safe as the ticker is. */
final class Clock {

  private final Ticker ticker;
  private final long origin;

  Clock(Ticker ticker) {
    this.ticker = ticker;
    this.origin = ticker.read();
  }

  long now() {
    return ticker.read() - origin;
  }
}
