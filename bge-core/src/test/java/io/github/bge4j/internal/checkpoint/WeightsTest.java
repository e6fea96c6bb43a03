package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WeightsTest {

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
