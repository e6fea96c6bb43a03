package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.QueryInstructions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelsTest {

  private final Models models = new Models(new DownloadListener() {}, warning -> {});

  @Test
  void find_bundled_takesEnglishInstruction() {
    assertThat(models.find("bundled").queryInstruction()).isEqualTo(QueryInstructions.ENGLISH);
  }

  @Test
  void find_hubId_leavesTheInstructionToTheModel() {
    FoundModel model = models.find("BAAI/bge-m3");

    assertThat(model.source()).hasToString("HubSource[BAAI/bge-m3 at main]");
    assertThat(model.queryInstruction()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "./org/name", "/org/name", "a/b/c", "a\\b", "a\0b"})
  void find_neitherFolderNorId_saysWhatIsAccepted(String name) {
    assertThatThrownBy(() -> models.find(name))
        .isInstanceOf(UsageException.class)
        .hasMessage("--model must be bundled, a model directory, or an id of the hub such as"
            + " BAAI/bge-m3: there is no directory " + name);
  }
}
