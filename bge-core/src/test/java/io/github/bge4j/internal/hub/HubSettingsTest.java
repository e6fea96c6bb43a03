package io.github.bge4j.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.InvalidOptionException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables of huggingface_hub 1.33, by its constants.py. */
class HubSettingsTest {

  @TempDir
  private Path home;

  private HubSettings of(Map<String, String> variables) {
    return HubSettings.of(variables::get, home);
  }

  @Test
  void withoutVariablesItIsThePublicHub() {
    assertThat(of(Map.of()))
        .isEqualTo(new HubSettings(
            URI.create("https://huggingface.co"),
            home.resolve(".cache/huggingface/hub"),
            null,
            false));
  }

  @ParameterizedTest
  @CsvSource({
    "XDG_CACHE_HOME=/x, /x/huggingface/hub",
    "XDG_CACHE_HOME=/x HF_HOME=/h, /h/hub",
    "HF_HOME=/h HUGGINGFACE_HUB_CACHE=/old, /old",
    "HF_HOME=/h HUGGINGFACE_HUB_CACHE=/old HF_HUB_CACHE=/c, /c",
    "HF_HUB_CACHE=/c, /c",
  })
  void theCacheIsWherePythonHasIt(String variables, Path cache) {
    Map<String, String> environment = new HashMap<>();
    for (String variable : variables.split(" ", -1)) {
      environment.put(variable.replaceFirst("=.*", ""), variable.replaceFirst(".*=", ""));
    }

    assertThat(of(environment).cache()).isEqualTo(cache);
  }

  @Test
  void aTildeIsTheHomeDirectory() {
    assertThat(of(Map.of("HF_HOME", "~/models")).cache()).isEqualTo(home.resolve("models/hub"));
  }

  @Test
  void theTokenIsThatOfTheVariableThenThatOfTheFile() throws IOException {
    Path file = home.resolve(".cache/huggingface/token");
    Files.createDirectories(file.getParent());
    Files.writeString(file, " hf_file\n");

    assertThat(of(Map.of("HF_TOKEN", "hf_variable\n")).token()).isEqualTo("hf_variable");
    assertThat(of(Map.of()).token()).isEqualTo("hf_file");
    assertThat(of(Map.of("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).token()).isNull();
  }

  @Test
  void theTokenIsNotShown() {
    assertThat(of(Map.of("HF_TOKEN", "hf_secret")).toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({"1, true", "true, true", "YES, true", "on, true", "0, false", "no, false", "'', false"
  })
  void offlineIsSaidInPythonsWords(String value, boolean offline) {
    assertThat(of(Map.of("HF_HUB_OFFLINE", value)).offline()).isEqualTo(offline);
    assertThat(of(Map.of("TRANSFORMERS_OFFLINE", value)).offline()).isEqualTo(offline);
  }

  @Test
  void aSlashAtTheEndOfTheEndpointMakesNoDifference() {
    assertThat(of(Map.of("HF_ENDPOINT", "http://mirror:8080/hf/")).endpoint())
        .isEqualTo(URI.create("http://mirror:8080/hf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"huggingface.co", "ftp://host", "https://", "a b", "/path"})
  void anEndpointThatIsNoneIsRefused(String endpoint) {
    assertThatThrownBy(() -> of(Map.of("HF_ENDPOINT", endpoint)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("HF_ENDPOINT");
  }

  @Test
  void aTokenThatCannotBeAHeaderIsRefusedUnquoted() {
    assertThatThrownBy(() -> of(Map.of("HF_TOKEN", "hf_se\ncret")))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("HF_TOKEN")
        .hasMessageNotContaining("cret;");
  }
}
