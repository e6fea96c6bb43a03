package io.github.bge4j.batching;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many callers against executors that fail, stall and close at random moments.
 *
 * <p>{@code -Dbge.test.seed=N} repeats the random choices of one run (not how its threads met), and
 * {@code -Dbge.chaos.items=N} runs more items.
 */
class ChaosTest {

  private static final long ITEMS = Long.getLong("bge.chaos.items", 200_000);

  @Test
  @Timeout(3_600)
  void close_amongFailuresAndCancellations_answersEveryRequestOnce() throws Exception {
    Long pinned = Long.getLong("bge.test.seed");
    long seed = pinned == null ? System.nanoTime() : pinned;
    long items = 0;
    for (long round = 0; items < ITEMS; round++) {
      try {
        items += new ChaosRound(seed + round).run();
      } catch (Throwable e) {
        throw new AssertionError("replay with -Dbge.test.seed=" + (seed + round), e);
      }
    }
    String summary = "chaos: " + items + " items, first seed " + seed;
    System.out.println(summary);
  }
}
