package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.bge4j.ClosedException;
import io.github.bge4j.InferenceException;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelException;
import io.github.bge4j.Output;
import io.github.bge4j.Pooling;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.text.PackedBatch;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadyModelTest {

  private static final Set<Output> DENSE = Set.of(Output.DENSE);

  /** Two texts of three tokens. */
  private static final PackedBatch BATCH =
      new PackedBatch(new int[] {5, 1, 9, 7, 7, 1}, new int[] {0, 3, 6}, new int[] {1, 2});

  @ParameterizedTest
  @ValueSource(strings = {"last_hidden_state", "token_embeddings"})
  void run_tokenStates_areTheFirstTokensByDefault(String output) {
    assertVectors(
        TinyOnnx.dynamic().tokenStates(output), null, new float[] {5, 10}, new float[] {7, 14});
  }

  @Test
  void run_tokenStatesWithMean_areAveraged() {
    assertVectors(
        TinyOnnx.dynamic().tokenStates("last_hidden_state"),
        Pooling.MEAN,
        new float[] {5, 10},
        new float[] {5, 10});
  }

  @ParameterizedTest
  @ValueSource(strings = {"sentence_embedding", "dense", "dense_vecs", "dense_embedding"})
  void run_pooledOutput_isTakenAsItIs(String output) {
    assertVectors(
        TinyOnnx.dynamic().pooled(output), null, new float[] {9, 18}, new float[] {7, 14});
  }

  @Test
  void run_statesAndPooledOutput_prefersTheStates() {
    assertVectors(
        TinyOnnx.dynamic().pooled("sentence_embedding").tokenStates("token_embeddings"),
        null,
        new float[] {5, 10},
        new float[] {7, 14});
  }

  @Test
  void run_halfPrecisionOutput_isWidened() {
    assertVectors(
        TinyOnnx.dynamic().tokenStates("last_hidden_state").half(),
        null,
        new float[] {5, 10},
        new float[] {7, 14});
    assertVectors(
        TinyOnnx.dynamic().pooled("dense").half(), null, new float[] {9, 18}, new float[] {7, 14});
  }

  @Test
  void run_int32AndOptionalInputs_areServed() {
    TinyOnnx model = TinyOnnx.withoutInput()
        .input("input_ids", DataType.INT32, -1, -1)
        .input("attention_mask", DataType.INT64, -1, -1)
        .input("token_type_ids", DataType.INT32, -1, -1);
    assertVectors(
        model.tokenStates("last_hidden_state"), null, new float[] {5, 10}, new float[] {7, 14});
  }

  @Test
  void open_noUsableOutput_throwsWithWhatTheModelHas() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(TinyOnnx.dynamic().pooled("logits"), null))
        .withMessageStartingWith(
            "model must have a float output [last_hidden_state, token_embeddings]")
        .withMessageContaining("tiny.onnx has [NodeInfo(name=logits")
        .withMessageEndingWith(
            "export the encoder without a task head, or use BgeReranker for a reranker");
  }

  @Test
  void open_outputOfAnotherRank_throws() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(TinyOnnx.dynamic().pooled("last_hidden_state"), null))
        .withMessageStartingWith("model must have a float output");
  }

  @Test
  void open_poolingOfAPooledOutput_throws() {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> open(TinyOnnx.dynamic().pooled("dense"), Pooling.MEAN))
        .withMessage(
            "pooling can be chosen only for a model that gives token states: tiny.onnx gives 'dense';"
                + " leave pooling unset");
  }

  @Test
  void open_unknownInput_throwsWithItsName() {
    TinyOnnx model = TinyOnnx.dynamic().input("pixel_values", DataType.INT64, -1, -1);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(model.tokenStates("last_hidden_state"), null))
        .withMessage(
            "model may have the inputs input_ids, attention_mask and token_type_ids only: tiny.onnx"
                + " wants 'pixel_values'; export the encoder alone");
  }

  @Test
  void open_noTokenIds_throwsWithWhatTheModelHas() {
    TinyOnnx model = TinyOnnx.withInputCalled("ids").tokenStates("last_hidden_state");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(model, null))
        .withMessage(
            "model must have an input 'input_ids': tiny.onnx has [ids]; export the encoder with its usual input names");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 128})
  void open_fixedShape_throwsWithTheRemedy(int sequence) {
    TinyOnnx model = TinyOnnx.withoutInput().input("input_ids", DataType.INT64, 1, sequence);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(model.tokenStates("last_hidden_state"), null))
        .withMessageStartingWith(
            "input 'input_ids' must be int32 or int64 of shape [batch, sequence], both dynamic: tiny.onnx has")
        .withMessageEndingWith("export it with dynamic axes");
  }

  @Test
  void open_notOnnx_throws() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(new byte[] {1, 2, 3}, null))
        .withMessageStartingWith(
            "model must be an ONNX file that ONNX Runtime can open: tiny.onnx: ");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(new byte[0], null))
        .withMessage("model file must not be empty: tiny.onnx; get it again");
  }

  @Test
  void run_tokenOutsideTheVocabulary_throws() {
    PackedBatch outside = new PackedBatch(new int[] {99_999}, new int[] {0, 1}, new int[] {1});
    try (EncoderSession session = open(TinyOnnx.dynamic().tokenStates("last_hidden_state"), null)) {
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> session.run(outside, DENSE, null))
          .withMessageStartingWith(
              "a run of the model failed; do model and tokenizer belong together");
      assertThat(session.run(BATCH, DENSE, null).dense()).hasSize(4);
    }
  }

  @Test
  void run_emptyBatchOrText_neverReachesTheRuntime() {
    try (EncoderSession session = open(TinyOnnx.dynamic().tokenStates("last_hidden_state"), null)) {
      assertThatIllegalStateException()
          .isThrownBy(() ->
              session.run(new PackedBatch(new int[0], new int[] {0}, new int[0]), DENSE, null))
          .withMessage("a batch must hold texts of one length, at least 1 token; this is a bug");
      assertThatIllegalStateException()
          .isThrownBy(() -> session.run(
              new PackedBatch(new int[0], new int[] {0, 0}, new int[] {0}), DENSE, null));
      assertThatIllegalStateException()
          .isThrownBy(() -> session.run(
              new PackedBatch(new int[] {1, 2, 3}, new int[] {0, 1, 3}, new int[] {1, 2}),
              DENSE,
              null));
    }
  }

  @Test
  void run_nobodyWantsItAnyMore_endsEarly() {
    try (EncoderSession session = open(TinyOnnx.dynamic().tokenStates("last_hidden_state"), null)) {
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> session.run(BATCH, DENSE, new Abandoned()))
          .withMessageContaining("terminate flag");
      assertThat(session.run(BATCH, DENSE, null).dense()).hasSize(4);
    }
  }

  /** Everybody has gone before the run begins. */
  private static final class Abandoned implements BatchContext {

    @Override
    public boolean isAbandoned() {
      return true;
    }

    @Override
    public Registration onAbandoned(Runnable action) {
      action.run();
      return () -> {};
    }
  }

  @Test
  void run_afterClose_throws() {
    EncoderSession session = open(TinyOnnx.dynamic().tokenStates("last_hidden_state"), null);
    session.close();
    session.close();
    assertThatExceptionOfType(ClosedException.class)
        .isThrownBy(() -> session.run(BATCH, DENSE, null))
        .withMessage("the model is closed; use it before close()");
  }

  private static void assertVectors(
      TinyOnnx model, @Nullable Pooling pooling, float[]... expected) {
    try (EncoderSession session = open(model, pooling)) {
      assertThat(session.dimension()).isEqualTo(2);
      float[] dense = session.run(BATCH, DENSE, null).dense();
      for (int text = 0; text < expected.length; text++) {
        assertThat(Arrays.copyOfRange(Objects.requireNonNull(dense), 2 * text, 2 * text + 2))
            .isEqualTo(expected[text]);
      }
    }
  }

  private static EncoderSession open(TinyOnnx model, @Nullable Pooling pooling) {
    return open(model.bytes(), pooling);
  }

  private static EncoderSession open(byte[] model, @Nullable Pooling pooling) {
    VectorRecipe recipe =
        pooling == null ? VectorRecipe.BGE : VectorRecipe.BGE.withPooling(pooling);
    ReadyHeads heads = new ReadyHeads(
        (hidden, half) -> EncoderGraph.compileHeads(hidden, half, Map.of(), recipe),
        Set.of(),
        pooling != null);
    return ReadyModel.open(model, "tiny.onnx", 1, heads, false, () -> BATCH);
  }
}
