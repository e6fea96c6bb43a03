package io.github.bge4j.batching;

/** A clock that only ever goes forward; tests replace it. */
@FunctionalInterface
public interface Ticker {

  /**
   * Returns the time.
   *
   * @return nanoseconds since an arbitrary moment; only differences mean something
   */
  long read();

  /**
   * Returns the clock of the machine.
   *
   * @return {@link System#nanoTime}
   */
  static Ticker system() {
    return System::nanoTime;
  }
}
