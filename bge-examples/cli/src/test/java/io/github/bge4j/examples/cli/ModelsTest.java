package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelsTest {

  private static final String RULE =
      "--model must be bundled or a model directory with its weights and tokenizer.json: ";

  @TempDir
  private Path directory = Path.of("");

  private FoundModel find(String... files) throws IOException {
    for (String file : files) {
      Path path = directory.resolve(file);
      Files.createDirectories(path.resolveSibling("."));
      Files.writeString(path, "");
    }
    return Models.find(directory.toString());
  }

  private FoundModel findWithConfig(String config) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    return find("model.onnx", "tokenizer.json");
  }

  @Test
  void find_bundled_takesEnglishInstruction() {
    FoundModel model = Models.find("bundled");
    assertThat(model.queryInstruction()).isEqualTo(QueryInstructions.ENGLISH);
  }

  @Test
  void find_directoryWithoutConfig_takesDefaultsAndNoInstruction() throws IOException {
    FoundModel model = find("onnx/model.onnx", "tokenizer.json");
    assertThat(model.queryInstruction()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | config.json must be JSON; download it again",
        "{\"max_position_embeddings\": \"x\"}"
            + " | config.json: max_position_embeddings must be a whole number; correct the file",
      })
  void find_badConfig_namesIt(String config, String message) {
    assertThatThrownBy(() -> findWithConfig(config))
        .isInstanceOf(UsageException.class)
        .hasMessage(RULE + directory.resolve(message));
  }

  @Test
  void find_directoryWithWeights_isACheckpoint() throws IOException {
    FoundModel model = find("pytorch_model.bin", "model.onnx", "tokenizer.json");
    assertThat(model.source()).isEqualTo(ModelSource.directory(directory));
  }

  @Test
  void find_noDirectory_saysWhatIsAccepted() {
    assertThatThrownBy(() -> Models.find("org/name"))
        .isInstanceOf(UsageException.class)
        .hasMessage(RULE + "there is no directory org/name;"
            + " hub ids are not supported yet, download the files first");
  }

  @Test
  void find_noPath_isRefused() {
    assertThatThrownBy(() -> Models.find("a\0b"))
        .isInstanceOf(UsageException.class)
        .hasMessage(RULE + "this is no path: Nul character not allowed");
  }

  @Test
  void find_directoryWithoutModel_namesWhatIsMissing() {
    assertThatThrownBy(() -> find("tokenizer.json"))
        .hasMessage(
            RULE + directory
                + " has no model.safetensors, pytorch_model.bin, model.onnx or onnx/model.onnx; download or export it");
  }

  @Test
  void find_directoryWithoutTokenizer_namesWhatIsMissing() {
    assertThatThrownBy(() -> find("model.onnx"))
        .hasMessage(RULE + directory + " has no tokenizer.json; download or export it");
  }
}
