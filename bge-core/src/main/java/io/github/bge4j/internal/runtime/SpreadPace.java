package io.github.bge4j.internal.runtime;

/**
 * Whether spreading a run over several cores pays just now. While others use the cores, a spread
 * run waits for threads that have none, and can be slower than one that asks for a single core. So
 * the faster way is taken, for each group of lengths, and the other is tried now and then: at
 * intervals, and when a spread run is much slower than usual.
 *
 * <p>Thread-safe.
 */
final class SpreadPace {

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

    /** So rare that the 99th percentile does not show it. */
    private static final int SPREAD_RUNS_BETWEEN_TRIALS = 128;

    private static final int OTHER_RUNS_BETWEEN_TRIALS = 16;
    private static final double UNUSUAL = 1.4;
    private static final double SHARE_OF_THE_LATEST = 0.25;
    /** One run that was held up must not count for many. */
    private static final double MOST_OF_AVERAGE = 2;

    /** Moving averages; 0 before the first. */
    private double spread;

    private double oneCore;
    /** Runs before the way that seems slower is tried; at first it is not known which is. */
    private int untilTrial = 1;

    private boolean spreads() {
      return oneCore == 0 || spread <= oneCore;
    }

    synchronized boolean begin() {
      boolean trial = untilTrial == 0;
      untilTrial = trial
          ? (spreads() ? SPREAD_RUNS_BETWEEN_TRIALS : OTHER_RUNS_BETWEEN_TRIALS)
          : untilTrial - 1;
      return spreads() != trial;
    }

    synchronized void ended(boolean wasSpread, double pace) {
      boolean spreadBefore = spreads();
      if (wasSpread) {
        if (spread > 0 && pace > UNUSUAL * spread) {
          untilTrial = Math.min(untilTrial, 1);
        }
        spread = average(spread, pace);
      } else {
        oneCore = average(oneCore, pace);
      }
      if (spreadBefore && !spreads()) {
        untilTrial = OTHER_RUNS_BETWEEN_TRIALS;
      }
    }

    private static double average(double before, double pace) {
      return before == 0
          ? pace
          : before + SHARE_OF_THE_LATEST * (Math.min(pace, MOST_OF_AVERAGE * before) - before);
    }
  }
}
