package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.InvalidOptionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CollectionSpecTest {

  @ParameterizedTest
  @CsvSource({
    "BAAI/bge-m3, bge-m3",
    "bge-m3, bge-m3",
    "/models/bge-m3/, bge-m3",
    "../bge-m3, bge-m3",
    "/cache/models--BAAI--bge-m3/snapshots/5617a9f, bge-m3",
    "models--gpt2/snapshots/5617a9f, gpt2",
    "/models/snapshots/bge-m3, bge-m3",
    "snapshots/bge-m3, bge-m3"
  })
  void modelName_ofAnIdOrFolder_isTheModels(String model, String name) {
    assertThat(CollectionSpec.modelName(model)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".", "..", "/", "models/.."})
  void modelName_ofWhatEndsInNone_isRefused(String model) {
    assertThatThrownBy(() -> CollectionSpec.modelName(model))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("a model must have a name, the last part of its id or folder: \"" + model
            + "\" does not end in one; say what the model is called");
  }
}
