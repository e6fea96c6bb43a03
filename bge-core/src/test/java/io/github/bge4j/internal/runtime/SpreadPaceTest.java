package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Nanoseconds for 10 tokens: 50 spread over idle cores, 90 on one core, 120 spread over busy ones.
 */
class SpreadPaceTest {

  private static final int TOKENS = 10;

  private final SpreadPace pace = new SpreadPace();

  /** Runs as often, and returns how many of these runs were spread. */
  private int run(int times, long spreadNanos, long oneCoreNanos) {
    int spread = 0;
    for (int i = 0; i < times; i++) {
      boolean wide = pace.begin(TOKENS);
      spread += wide ? 1 : 0;
      pace.ended(TOKENS, wide, wide ? spreadNanos : oneCoreNanos);
    }
    return spread;
  }

  @Test
  void begin_coresIdle_alwaysSpreads() {
    assertThat(run(1_000, 50, 90)).isEqualTo(1_000);
  }

  @Test
  void begin_coresBusy_spreadsNowAndThenOnly() {
    run(10, 50, 90);
    // Tried after 1, 2, 4, 8, 16, 32, 32 and so on.
    assertThat(run(10_000, 120, 90)).isBetween(300, 330);
  }

  @Test
  void begin_coresIdleAgain_spreadsAfterAtMostAsManyAsWereOrdered() {
    run(10, 50, 90);
    run(1_000, 120, 90);
    run(33, 50, 90);
    assertThat(run(1_000, 50, 90)).isEqualTo(1_000);
  }

  @Test
  void begin_oneCoreSlowerStill_spreadsOn() {
    run(10, 50, 90);
    assertThat(run(1_000, 120, 180)).isGreaterThan(990);
  }

  @Test
  void begin_otherLengthsBusy_isNotConcerned() {
    run(10, 50, 90);
    run(10, 120, 90);
    assertThat(pace.begin(8 * TOKENS)).isTrue();
  }
}
