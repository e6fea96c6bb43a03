package io.github.bge4j.batching;

/**
 * The most a batch of a function may cost at present: what was configured, less after the device
 * ran out of memory. Not thread-safe.
 *
 * <p>Halved when it proves too much, and raised by 1/256 of the configured limit with every batch
 * that succeeds: additive increase, multiplicative decrease, as in TCP.
 */
final class MemoryLimit {

  private static final int STEPS = 256;

  private final long configured;
  private long current;

  MemoryLimit(long configured) {
    this.configured = configured;
    this.current = configured;
  }

  long current() {
    return current;
  }

  /** A batch that took so much was too much. */
  void exceeded(long cost) {
    current = Math.max(1, Math.min(current, cost) / 2);
  }

  void succeeded() {
    current = Math.min(configured, current + Math.max(1, configured / STEPS));
  }
}
