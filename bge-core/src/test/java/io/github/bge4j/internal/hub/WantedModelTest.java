package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.InvalidOptionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WantedModelTest {

  @ParameterizedTest
  @ValueSource(strings = {"BAAI/bge-m3", "bert-base-uncased", "a", "A_b.c-1/d.e_f-2"})
  void idsOfTheHubAreTaken(String id) {
    assertThat(new WantedModel(id, "main", false, false, null).folderName())
        .isEqualTo("models--" + id.replace("/", "--"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a/b/c", "../a", "a/..", "a--b", ".a/b", "a/b.", "-a", "a/b.git", "a b", "a\\b", "a/"
      })
  void otherIdsAreRefused(String id) {
    assertThatThrownBy(() -> new WantedModel(id, "main", false, false, null))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("as in BAAI/bge-m3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "v1.0",
        "refs/pr/12",
        "feature/x",
        "5617a9f61b028005a4858fdac845db406aefb181"
      })
  void revisionsAreTaken(String revision) {
    assertThat(MODEL.at(revision).revision()).isEqualTo(revision);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "/x", "x/", "a..b", "a//b", "a b", "a\\b", "a\nb", "-x"})
  void otherRevisionsAreRefused(String revision) {
    assertThatThrownBy(() -> MODEL.at(revision))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("a branch, a tag or a commit");
  }
}
