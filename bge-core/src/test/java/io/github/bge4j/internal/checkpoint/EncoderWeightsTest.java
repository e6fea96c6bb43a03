package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.ModelException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EncoderWeightsTest {

  private static final ModelConfig TINY = ModelConfig.read(TestFiles.file("tiny-bert/config.json"));
  private static final Set<String> ENCODER = TINY.weightShapes().keySet();

  private final TestSafetensors file = new TestSafetensors();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bert.",
        "roberta.",
        "module.",
        "model.",
        "encoder.",
        "transformer.",
        "auto_model.",
        "0.auto_model.",
        "module.model.bert.",
        "encoder.encoder.",
        "_orig_mod.model.",
        "anything.else."
      })
  void requireEncoder_anyPrefix_isTakenAway(String prefix) {
    addEncoder(prefix);
    assertThat(requireEncoder().names()).isEqualTo(ENCODER);
  }

  @Test
  void requireEncoder_oldNames_areThoseOfToday() {
    TINY.weightShapes()
        .forEach((name, shape) -> file.addF32(
            "bert." + name.replace("Norm.weight", "Norm.gamma").replace("Norm.bias", "Norm.beta"),
            shape));
    assertThat(requireEncoder().names()).isEqualTo(ENCODER);
  }

  @Test
  void requireEncoder_oldAndNewName_throws() {
    addEncoder("");
    file.addF32("embeddings.LayerNorm.gamma", 8);
    assertRefused("weight embeddings.LayerNorm.weight must be there once");
  }

  @Test
  void requireEncoder_buffersAndTrainingHeads_areLeftOut() {
    addEncoder("");
    file.add("embeddings.position_ids", "I64", new byte[8], 1)
        .add("embeddings.token_type_ids", "I64", new byte[8], 1)
        .addF32("cls.predictions.bias", 1)
        .addF32("lm_head.dense.weight", 1);
    assertThat(requireEncoder().names()).isEqualTo(ENCODER);
  }

  @ParameterizedTest
  @CsvSource({
    "'', pooler.dense.weight, pooler.dense.weight",
    "bert., bert.pooler.dense.weight, pooler.dense.weight",
    "bert., classifier.weight, classifier.weight",
    "'', classifier.weight, classifier.weight",
    "model.bert., model.classifier.weight, classifier.weight",
    "module.model.roberta., module.model.classifier.dense.bias, classifier.dense.bias",
    "model., sparse_linear.weight, sparse_linear.weight",
    "model., colbert_linear.bias, colbert_linear.bias",
    "model., model.colbert_linear.bias, colbert_linear.bias",
    "module.model., module.sparse_linear.weight, sparse_linear.weight"
  })
  void requireEncoder_heads_areFoundInsideAndBesideIt(String prefix, String stored, String name) {
    addEncoder(prefix);
    file.addF32(stored, 1);
    assertThat(requireEncoder().names()).isEqualTo(with(name));
  }

  @ParameterizedTest
  @CsvSource({
    "bert., pooler.dense.weight",
    "bert., linear.weight",
    "module.model.bert., classifier.weight",
    "model., other.classifier.weight"
  })
  void requireEncoder_weightsElsewhere_areLeftOut(String prefix, String stored) {
    addEncoder(prefix);
    file.addF32(stored, 1);
    assertThat(requireEncoder().names()).isEqualTo(ENCODER);
  }

  @Test
  void requireEncoder_headInsideAndBeside_throws() {
    addEncoder("model.");
    file.addF32("classifier.weight", 1).addF32("model.classifier.weight", 1);
    assertRefused("weight classifier.weight must be there once");
  }

  @Test
  void requireEncoder_twoEncoders_namesBoth() {
    addEncoder("query.");
    addEncoder("passage.");
    assertRefused("weights must hold one encoder: there is one under each of"
        + " ['query.', 'passage.'], in test file");
  }

  @Test
  void requireEncoder_secondOneIncomplete_takesTheComplete() {
    file.addF32("a.embeddings.word_embeddings.weight", 20, 8);
    addEncoder("b.");
    file.addF32("c.embeddings.word_embeddings.weight", 20, 8);
    assertThat(requireEncoder().names()).isEqualTo(ENCODER);
  }

  @Test
  void requireEncoder_noneComplete_saysWhatTheNearestLacks() {
    file.addF32("a.embeddings.word_embeddings.weight", 20, 8);
    TINY.weightShapes().forEach((name, shape) -> {
      if (!name.equals("encoder.layer.1.output.dense.bias")) {
        file.addF32("b." + name, shape);
      }
    });
    assertRefused("weight encoder.layer.1.output.dense.bias must be in test file; it has "
        + (ENCODER.size() - 1) + " weights, the nearest: encoder.layer.1.output.dense.weight");
  }

  @Test
  void requireEncoder_manyWordTables_throws() {
    for (int i = 0; i < 1000; i++) {
      file.addF32("m" + i + ".embeddings.word_embeddings.weight", 1);
    }
    assertRefused("weights must hold one encoder: there is one under each of ['m0.', 'm1.',");
  }

  @Test
  void requireEncoder_noWordTable_throws() {
    file.addF32("shared.weight", 20, 8);
    assertRefused("weight embeddings.word_embeddings.weight must be in test file; it has 1 weights,"
        + " the nearest: shared.weight");
  }

  @Test
  void requireEncoder_anyWeightMissing_namesIt() {
    for (String missing : ENCODER) {
      TestSafetensors incomplete = new TestSafetensors();
      TINY.weightShapes().forEach((name, shape) -> {
        if (!name.equals(missing)) {
          incomplete.addF32(name, shape);
        }
      });
      assertThatThrownBy(() -> requireEncoder(incomplete))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("weight " + missing + " must be in test file");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "encoder.layer.2.output.dense.weight, num_hidden_layers 2",
    "encoder.layer.0.attention.self.distance_embedding.weight, supported are BERT",
    "encoder.layer.0.crossattention.self.query.weight, supported are BERT",
    "encoder.rel_embeddings.weight, supported are BERT",
    "encoder.relative_attention_bias.weight, supported are BERT",
    "embeddings.rel_pos.weight, supported are BERT",
    "encoder.layer.0.adapter.down.weight, supported are BERT",
    "encoder.layer.0.attention.self.query.lora_A.default.weight, merge_and_unload()",
    "encoder.layer.0.attention.self.query.base_layer.weight, merge_and_unload()",
    "encoder.layer.0.attention.self.query.SCB, not quantised",
    "encoder.layer.0.attention.self.query.qweight, not quantised",
    "encoder.layer.0.attention.self.query.weight_scale, not quantised",
    "encoder.layer.0.attention.self.query.weight.absmax, not quantised",
    "encoder.layer.0.attention.self.query.weight_zero_point, not quantised"
  })
  void requireEncoder_unknownWeightInside_namesIt(String name, String remedy) {
    for (String prefix : new String[] {"", "module.bert."}) {
      TestSafetensors changed = new TestSafetensors().addF32(prefix + name, 1);
      TINY.weightShapes().forEach((known, shape) -> changed.addF32(prefix + known, shape));
      assertThatThrownBy(() -> requireEncoder(changed))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(name + ", in test file")
          .hasMessageContaining(remedy);
    }
  }

  @Test
  void read_trainedClassifierOfOldPyTorch_isTheEncoderWithItsClassifier() {
    Path path = TestFiles.path("torch/trained.bin");
    Weights weights =
        Weights.of("trained", TorchReader.read(Region.ofFile(path))).requireEncoder(TINY);
    Weights plain = Weights.of(
            "plain", SafetensorsReader.read(TestFiles.file("tiny-bert/model.safetensors")))
        .requireEncoder(TINY);
    for (String name : ENCODER) {
      assertThat(weights.get(name).toFiniteFloats(name))
          .as(name)
          .containsExactly(plain.get(name).toFloats());
    }
    assertThat(weights.hasClassifier(TINY)).isTrue();
    assertThat(weights.get("classifier.weight", 1, 8).toFloats()[0])
        .isCloseTo(-0.5702f, within(1e-4f));
  }

  private void addEncoder(String prefix) {
    TINY.weightShapes().forEach((name, shape) -> file.addF32(prefix + name, shape));
  }

  private static Set<String> with(String name) {
    Set<String> names = new LinkedHashSet<>(ENCODER);
    names.add(name);
    return names;
  }

  private Weights requireEncoder() {
    return requireEncoder(file);
  }

  private static Weights requireEncoder(TestSafetensors file) {
    return Weights.of("test file", SafetensorsReader.read(TestFiles.memory(file.bytes())))
        .requireEncoder(TINY);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::requireEncoder)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }
}
