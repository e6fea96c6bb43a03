package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.internal.graph.EncoderGraph;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Nanoseconds for 10 tokens: 50 spread over idle cores, 90 on one core, 120 spread over busy ones.
 */
class LonePaceTest {

  private static final int TOKENS = 10;

  private static final byte[] MODEL =
      TinyOnnx.dynamic().tokenStates("last_hidden_state").bytes();

  private final OnnxModel one = OnnxModel.open(MODEL, "one", 1);
  private final OnnxModel several = OnnxModel.open(MODEL, "several", 1);
  private final CompiledModel model = CompiledModel.open(
      new EncoderGraph(MODEL, Path.of("unused"), Set.of(), 1, 1, -1, false, false), "tiny", 1, 2);

  @AfterEach
  void close() {
    one.close();
    several.close();
    model.close();
  }

  /** Runs as often, and returns how many of these runs were spread. */
  private int run(int times, long spreadNanos, long oneCoreNanos) {
    int spread = 0;
    for (int i = 0; i < times; i++) {
      OnnxModel chosen = model.choose(one, several, TOKENS);
      spread += chosen == several ? 1 : 0;
      model.ran(chosen, several, TOKENS, chosen == several ? spreadNanos : oneCoreNanos);
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
    assertThat(run(1_702, 120, 90)).isEqualTo(100);
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
    model.ran(several, several, TOKENS, 1_000_000);
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
    assertThat(model.choose(one, several, 8 * TOKENS)).isSameAs(several);
  }
}
