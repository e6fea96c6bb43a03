package io.github.bge4j.internal.runtime;

/**
 * Whether spreading a run over several cores pays just now. While others use the cores, a spread
 * run waits for threads that have none, and is slower than one that asks for a single core: a run
 * that took much longer than the best of its length is followed by some on one core, twice as many
 * each time in a row, unless these are slower still.
 *
 * <p>Thread-safe.
 */
final class SpreadPace {

  /** Above what differs between the lengths of a group, below what a lost core costs. */
  private static final double SLOW = 1.4;

  /** What was best is forgotten by so much a run: the clock of a processor changes. */
  private static final double DRIFT = 1.01;

  private static final int MOST_RUNS_ON_ONE_CORE = 32;

  /** By the binary logarithm of the number of tokens. */
  private final Lengths[] groups = new Lengths[Integer.SIZE];

  SpreadPace() {
    for (int i = 0; i < groups.length; i++) {
      groups[i] = new Lengths();
    }
  }

  private Lengths group(int tokens) {
    return groups[Integer.SIZE - 1 - Integer.numberOfLeadingZeros(tokens)];
  }

  /** Tells whether the next run, of so many tokens, shall be spread; it counts as begun. */
  boolean begin(int tokens) {
    return group(tokens).begin();
  }

  /** Takes note of a run that has ended well. */
  void ended(int tokens, boolean spread, long nanos) {
    group(tokens).ended(spread, (double) nanos / tokens);
  }

  /** Runs of similar length, in nanoseconds a token. */
  private static final class Lengths {

    private double best = Double.MAX_VALUE;
    private double onOneCore = 0;
    /** How many more runs go on one core, and how many it were at first. */
    private int left;

    private int ordered;

    synchronized boolean begin() {
      boolean spread = left == 0;
      left = Math.max(0, left - 1);
      return spread;
    }

    synchronized void ended(boolean spread, double pace) {
      if (!spread) {
        onOneCore = pace;
        return;
      }
      boolean crowded = pace > SLOW * best && pace > onOneCore;
      ordered = crowded ? Math.min(MOST_RUNS_ON_ONE_CORE, Math.max(1, 2 * ordered)) : 0;
      left = ordered;
      best = crowded ? best : Math.min(pace, DRIFT * best);
    }
  }
}
