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
  void begin_coresIdle_triesOneCoreOnceInAHundred() {
    assertThat(run(2, 50, 90)).isEqualTo(1);
    assertThat(run(1_290, 50, 90)).isEqualTo(1_280);
  }

  @Test
  void begin_coresBusyFromTheStart_spreadsNowAndThenOnly() {
    assertThat(run(1_702, 120, 90)).isEqualTo(101);
  }

  @Test
  void begin_coresBusyAllAtOnce_stopsSpreadingAfterAFew() {
    run(100, 50, 90);
    assertThat(run(100, 120, 90)).isLessThan(12);
  }

  @Test
  void begin_coresIdleAgain_spreadsAfterAFewTrials() {
    run(100, 50, 90);
    run(1_000, 120, 90);
    assertThat(run(100, 50, 90)).isGreaterThan(60);
  }

  @Test
  void begin_oneSpreadRunIsHeldUp_spreadsOn() {
    run(100, 50, 90);
    pace.ended(TOKENS, true, 1_000_000);
    assertThat(run(100, 50, 90)).isGreaterThan(97);
  }

  @Test
  void begin_oneCoreSlowerStill_spreadsOn() {
    run(100, 50, 90);
    assertThat(run(1_000, 120, 180)).isGreaterThan(950);
  }

  @Test
  void begin_otherLengthsBusy_isNotConcerned() {
    run(10, 120, 90);
    assertThat(pace.begin(8 * TOKENS)).isTrue();
  }
}
