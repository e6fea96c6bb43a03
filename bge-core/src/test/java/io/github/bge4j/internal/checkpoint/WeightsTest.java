package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WeightsTest {

  private static final ModelConfig TINY = ModelConfig.read(TestFiles.file("tiny-bert/config.json"));

  @ParameterizedTest
  @CsvSource({
    "embeddings.LayerNorm.weight, embeddings.LayerNorm.weight",
    "bert.embeddings.LayerNorm.gamma, embeddings.LayerNorm.weight",
    "roberta.embeddings.LayerNorm.beta, embeddings.LayerNorm.bias",
    "bert.pooler.dense.bias, pooler.dense.bias",
    "classifier.out_proj.weight, classifier.out_proj.weight"
  })
  void of_storedName_isFoundByPlainName(String stored, String plain) {
    assertThat(weights(stored).names()).containsExactly(plain);
  }

  @Test
  void of_buffersAndTrainingHeads_areLeftOut() {
    Weights weights = weights(
        "embeddings.position_ids",
        "roberta.embeddings.position_ids",
        "cls.predictions.bias",
        "lm_head.dense.weight",
        "a");
    assertThat(weights.names()).containsExactly("a");
  }

  @Test
  void of_sameWeightUnderTwoNames_throws() {
    assertThatThrownBy(() -> weights("a", "bert.a"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("weight a must be there once");
  }

  @Test
  void get_missing_namesItAndTheNearest() {
    assertThatThrownBy(() -> weights("x", "encoder.layer.0.query").get("encoder.layer.1.query"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("weight encoder.layer.1.query must be in test file; it has 2 weights,"
            + " the nearest: encoder.layer.0.query, x");
  }

  @Test
  void get_wrongShape_namesBoth() {
    assertThatThrownBy(() -> weights("a").get("a", 2, 1))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("weight a must be floating of shape [2, 1]: F32[1], in test file");
  }

  @Test
  void get_integers_throws() {
    byte[] file = new TestSafetensors().add("a", "I32", new byte[4], 1).bytes();
    Weights weights = Weights.of("ints", SafetensorsReader.read(TestFiles.memory(file)));
    assertThatThrownBy(() -> weights.get("a", 1))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("weight a must be floating of shape [1]: I32[1]");
  }

  @Test
  void requireEncoder_anyWeightMissing_namesIt() {
    for (String missing : EncoderWeights.shapes(TINY).keySet()) {
      TestSafetensors file = new TestSafetensors();
      EncoderWeights.shapes(TINY).forEach((name, shape) -> {
        if (!name.equals(missing)) {
          file.addF32(name, shape);
        }
      });
      Weights weights = Weights.of("file", SafetensorsReader.read(TestFiles.memory(file.bytes())));
      assertThatThrownBy(() -> weights.requireEncoder(TINY))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("weight " + missing + " must be in file");
    }
  }

  @Test
  void requireEncoder_prefixAndOldNames_pass() {
    TestSafetensors file = new TestSafetensors().add("position_ids", "I64", new byte[8], 1);
    EncoderWeights.shapes(TINY)
        .forEach((name, shape) -> file.addF32(
            "roberta."
                + name.replace("Norm.weight", "Norm.gamma").replace("Norm.bias", "Norm.beta"),
            shape));
    Weights weights = Weights.of("file", SafetensorsReader.read(TestFiles.memory(file.bytes())));
    assertThat(weights.requireEncoder(TINY)).isSameAs(weights);
  }

  @ParameterizedTest
  @CsvSource({
    "bert, classifier.weight, true",
    "bert, classifier.out_proj.weight, false",
    "xlm-roberta, classifier.out_proj.weight, true",
    "xlm-roberta, pooler.dense.weight, false"
  })
  void hasClassifier_ofEachFamily_looksForItsName(String family, String name, boolean expected) {
    ModelConfig config = ModelConfig.read(TestFiles.memory("{\"model_type\":\"" + family + "\"}"));
    assertThat(weights(name).hasClassifier(config)).isEqualTo(expected);
  }

  private static Weights weights(String... names) {
    TestSafetensors file = new TestSafetensors();
    Arrays.stream(names).forEach(name -> file.addF32(name, 1));
    return Weights.of("test file", SafetensorsReader.read(TestFiles.memory(file.bytes())));
  }
}
