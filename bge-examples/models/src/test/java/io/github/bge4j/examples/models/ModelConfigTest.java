package io.github.bge4j.examples.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelConfigTest {

  @TempDir
  private Path directory = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"max_position_embeddings\": 1024, \"model_type\": \"bert\"} | 1024",
        "{\"max_position_embeddings\": 8194, \"model_type\": \"xlm-roberta\"} | 8192",
        "{\"model_type\": \"bert\"} | 512",
      })
  void maxTokens_config_givesThem(String config, int maxTokens) throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), config);
    assertThat(ModelConfig.maxTokens(file)).isEqualTo(maxTokens);
  }
}
