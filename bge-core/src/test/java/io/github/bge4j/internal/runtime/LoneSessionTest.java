package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.ClosedException;
import io.github.bge4j.InferenceException;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.graph.EncoderGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second session is used only once it has given the bits of the first. */
@SuppressWarnings("NullAway.Init") // set before each test
class LoneSessionTest {

  private static final byte[] MODEL =
      TinyOnnx.dynamic().tokenStates("last_hidden_state").bytes();

  @TempDir
  private Path folder;

  private OnnxModel own;
  private final List<OnnxModel> ran = new ArrayList<>();

  @BeforeEach
  void open() {
    own = OnnxModel.open(MODEL, folder, "tiny", 1, 0);
  }

  @AfterEach
  void close() {
    own.close();
  }

  private LoneSession lone(byte[] model) {
    return new LoneSession(new EncoderGraph(model, folder, Set.of(), 1, 1, -1, false), "tiny", 2);
  }

  private EncoderOutput run(LoneSession lone, LoneSession.Run run) {
    return lone.run(
        session -> {
          ran.add(session);
          return run.on(session);
        },
        own,
        new Context(false),
        1);
  }

  private static EncoderOutput dense(float... values) {
    return new EncoderOutput(values, null, null, null);
  }

  @Test
  void run_sameBits_isItsOwnFromTheSecondOn() {
    try (LoneSession lone = lone(MODEL)) {
      run(lone, session -> dense(1, 2));
      EncoderOutput second = run(lone, session -> dense(session == own ? 1 : 2));
      assertThat(ran).hasSize(3).first().isSameAs(own);
      assertThat(ran.get(2)).isSameAs(ran.get(1)).isNotSameAs(own);
      assertThat(second.dense()).containsExactly(2);
    }
  }

  @Test
  void run_otherBits_givesThoseOfTheGraphsOwnForEver() {
    try (LoneSession lone = lone(MODEL)) {
      for (int i = 0; i < 3; i++) {
        EncoderOutput output = run(lone, session -> dense(session == own ? 0f : -0f));
        assertThat(output.dense()).containsExactly(0f);
      }
      assertThat(ran).hasSize(4);
      assertThat(ran.get(1)).isNotSameAs(own);
      assertClosed(ran.get(1));
    }
  }

  @Test
  void run_failsThereOnly_givesTheAnswerAndIsNotTriedAgain() {
    try (LoneSession lone = lone(MODEL)) {
      LoneSession.Run failing = session -> {
        if (session != own) {
          throw new InferenceException("no memory", new IllegalStateException());
        }
        return dense(1);
      };
      assertThat(run(lone, failing).dense()).containsExactly(1);
      assertThat(run(lone, session -> dense(1)).dense()).containsExactly(1);
      assertThat(ran).hasSize(3);
      assertThat(ran.get(2)).isSameAs(own);
      assertClosed(ran.get(1));
    }
  }

  @Test
  void run_abandonedWhileItOpens_isTriedAgain() {
    try (LoneSession lone = lone(MODEL)) {
      lone.run(
          session -> {
            if (session != own) {
              throw new InferenceException("terminated", new IllegalStateException());
            }
            return dense(1);
          },
          own,
          new Context(true),
          1);
      run(lone, session -> dense(1));
      run(lone, session -> dense(1));
      assertThat(ran).hasSize(3);
      assertThat(ran.get(2)).isSameAs(ran.get(1)).isNotSameAs(own);
    }
  }

  @Test
  void run_cannotBeOpened_givesTheAnswerOfTheGraphsOwn() {
    try (LoneSession lone = lone(new byte[] {1, 2, 3})) {
      assertThat(run(lone, session -> dense(1)).dense()).containsExactly(1);
      assertThat(run(lone, session -> dense(2)).dense()).containsExactly(2);
      assertThat(ran).containsExactly(own, own);
    }
  }

  @Test
  void close_open_closesItsSessionAndOpensNoOther() {
    LoneSession lone = lone(MODEL);
    run(lone, session -> dense(1));
    lone.close();
    lone.close();
    assertClosed(ran.get(1));
    LoneSession unused = lone(MODEL);
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
