package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnxruntime.OrtException;
import io.github.bge4j.InferenceException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** After a run that had too little memory the next gives back what the arena does not use. */
class ArenaShrinkageTest {

  private static final Set<String> OUTPUT = Set.of("last_hidden_state");

  private static int run(OnnxModel model, OnnxModel.ResultReader<Integer> reader) {
    try (InputTensors inputs = new InputTensors()) {
      inputs.put("input_ids", new long[] {1, 2}, 1, 2);
      return model.run(inputs.byName(), OUTPUT, null, reader);
    }
  }

  private static OnnxModel.ResultReader<Integer> failing(String said) {
    return result -> {
      throw new OrtException(said);
    };
  }

  @Test
  void run_afterOneOutOfMemory_shrinksOnce() {
    byte[] graph = TinyOnnx.dynamic().tokenStates("last_hidden_state").bytes();
    try (OnnxModel model = OnnxModel.open(graph, "tiny", 1)) {
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> run(model, failing("something else")));
      assertThat(model.shrinksNext()).isFalse();
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() ->
              run(model, failing("Available memory of 5 is smaller than requested bytes of 7")));
      assertThat(model.shrinksNext()).isTrue();
      // The runtime refuses an arena that it does not know.
      assertThat(run(model, result -> 1)).isEqualTo(1);
      assertThat(model.shrinksNext()).isFalse();
      assertThat(run(model, result -> 2)).isEqualTo(2);
    }
  }
}
