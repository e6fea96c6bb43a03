package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.ClosedException;
import io.github.bge4j.InferenceException;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.graph.EncoderGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second session is used only once it has given the bits of the first. */
class LoneRunTest {

  private static final byte[] MODEL =
      TinyOnnx.dynamic().tokenStates("last_hidden_state").bytes();

  @TempDir
  private Path folder;

  private final List<OnnxModel> ran = new ArrayList<>();

  /** The first of them is the graph's own. */
  private CompiledModel open(byte[] model) {
    return CompiledModel.open(
        new EncoderGraph(model, folder, Set.of(), 1, 1, -1, false, false), "tiny", 1, 2);
  }

  private EncoderOutput run(CompiledModel model, Function<OnnxModel, EncoderOutput> run) {
    return run(model, run, false);
  }

  private EncoderOutput run(
      CompiledModel model, Function<OnnxModel, EncoderOutput> run, boolean abandoned) {
    return model.runAlone(
        session -> {
          ran.add(session);
          return run.apply(session);
        },
        new Context(abandoned),
        1);
  }

  private boolean isOwn(OnnxModel session) {
    return session == ran.get(0);
  }

  private static EncoderOutput dense(float... values) {
    return new EncoderOutput(values, null, null, null);
  }

  @Test
  void run_sameBits_isItsOwnFromTheSecondOn() {
    try (CompiledModel lone = open(MODEL)) {
      run(lone, session -> dense(1, 2));
      EncoderOutput second = run(lone, session -> dense(isOwn(session) ? 1 : 2));
      assertThat(ran).hasSize(3);
      assertThat(ran.get(2)).isSameAs(ran.get(1)).isNotSameAs(ran.get(0));
      assertThat(second.dense()).containsExactly(2);
    }
  }

  @Test
  void run_otherBits_givesThoseOfTheGraphsOwnForEver() {
    try (CompiledModel lone = open(MODEL)) {
      for (int i = 0; i < 3; i++) {
        EncoderOutput output = run(lone, session -> dense(isOwn(session) ? 0f : -0f));
        assertThat(output.dense()).containsExactly(0f);
      }
      assertThat(ran).hasSize(4);
      assertThat(ran.get(1)).isNotSameAs(ran.get(0));
      assertClosed(ran.get(1));
    }
  }

  @Test
  void run_failsThereOnly_givesTheAnswerAndIsNotTriedAgain() {
    try (CompiledModel lone = open(MODEL)) {
      Function<OnnxModel, EncoderOutput> failing = session -> {
        if (!isOwn(session)) {
          throw new InferenceException("no memory", new IllegalStateException());
        }
        return dense(1);
      };
      assertThat(run(lone, failing).dense()).containsExactly(1);
      assertThat(run(lone, session -> dense(1)).dense()).containsExactly(1);
      assertThat(ran).hasSize(3);
      assertThat(ran.get(2)).isSameAs(ran.get(0));
      assertClosed(ran.get(1));
    }
  }

  @Test
  void run_abandonedWhileItOpens_isTriedAgain() {
    try (CompiledModel lone = open(MODEL)) {
      run(
          lone,
          session -> {
            if (!isOwn(session)) {
              throw new InferenceException("terminated", new IllegalStateException());
            }
            return dense(1);
          },
          true);
      run(lone, session -> dense(1));
      run(lone, session -> dense(1));
      assertThat(ran).hasSize(5);
      assertThat(ran.get(2)).isSameAs(ran.get(0));
      assertThat(ran.get(4)).isSameAs(ran.get(3)).isNotSameAs(ran.get(0));
    }
  }

  @Test
  void run_cannotBeOpened_givesTheAnswerOfTheGraphsOwn() {
    byte[] bytes = MODEL.clone();
    try (CompiledModel lone = open(bytes)) {
      Arrays.fill(bytes, (byte) 1);
      assertThat(run(lone, session -> dense(1)).dense()).containsExactly(1);
      assertThat(run(lone, session -> dense(2)).dense()).containsExactly(2);
      assertThat(ran).hasSize(2);
      assertThat(ran.get(1)).isSameAs(ran.get(0));
    }
  }

  @Test
  void close_open_closesBothAndOpensNoOther() {
    CompiledModel lone = open(MODEL);
    run(lone, session -> dense(1));
    lone.close();
    lone.close();
    assertClosed(ran.get(0));
    assertClosed(ran.get(1));
    CompiledModel unused = open(MODEL);
    unused.close();
    run(unused, session -> dense(1));
    assertThat(ran).hasSize(3);
  }

  private static void assertClosed(OnnxModel session) {
    assertThatExceptionOfType(ClosedException.class)
        .isThrownBy(() -> session.run(Map.of(), Set.of(), null, result -> 0));
  }

  private record Context(boolean isAbandoned) implements BatchContext {

    @Override
    public boolean isAlone() {
      return true;
    }

    @Override
    public Registration onAbandoned(Runnable action) {
      return () -> {};
    }
  }
}
