package io.github.bge4j;

import static io.github.bge4j.GoldenAssert.assertVector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders that Sentence Transformers 2.7 to 6.2 saved, and its own vectors for them. */
class SavedFoldersTest {

  /** What is refused, and what is read as FlagEmbedding does; each has a test of its own. */
  private static final Set<String> OTHERS = Set.of(
      "st6-dense-residual", "st6-include-prompt-false", "st6-truncate-dim", "st6-no-modules-json");

  @TempDir
  private Path temporary;

  static Stream<String> readable() {
    return SavedFolder.names("st").filter(name -> !OTHERS.contains(name));
  }

  @ParameterizedTest
  @MethodSource("readable")
  void directory_ofSentenceTransformers_givesItsVectors(String name) throws IOException {
    SavedFolder saved = new SavedFolder(name);
    Path folder = saved.copyTo(temporary);
    List<SavedFolder.Row> rows = saved.expected();
    assertThat(rows).isNotEmpty();
    try (BgeEmbedder embedder = open(folder);
        BgeEmbedder plain = BgeEmbedder.builder()
            .model(ModelSource.directory(folder))
            .queryInstruction("")
            .passageInstruction("")
            .build()) {
      for (SavedFolder.Row row : rows) {
        if (name.equals("st53-lowercase") && row.text().matches(".*(Σ|\\[SEP\\]).*")) {
          // Before 5.4 Python made the small letters: of special tokens too, and with final sigmas.
          continue;
        }
        Embedding actual = switch (row.role()) {
          case "query" -> embedder.embed(List.of(row.text()), InputType.QUERY).get(0);
          case "document" -> embedder.embed(List.of(row.text())).get(0);
          default -> {
            String prompt = row.prompt() == null ? "" : row.prompt();
            yield plain.embed(List.of(prompt + row.text())).get(0);
          }
        };
        assertThat(actual.tokenIds()).as(row.text()).isEqualTo(row.ids());
        assertVector(actual.dense(), row.vector());
      }
    }
  }

  @Test
  void hubAndDirectory_ofOneFolder_giveOneVector() throws IOException {
    Path folder = new SavedFolder("st6-dense-tanh").copyTo(temporary);
    try (BgeEmbedder directory = open(folder);
        BgeEmbedder hub =
            BgeEmbedder.builder().model(ModelSource.hub(folder.toString())).build()) {
      assertThat(hub.dense("a text")).isEqualTo(directory.dense("a text"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "st6-dense-residual, use_residual must be false: true",
    "st6-truncate-dim, truncate_dim is 10",
  })
  void directory_whatIsNotSupported_isRefusedByName(String name, String message)
      throws IOException {
    Path folder = new SavedFolder(name).copyTo(temporary);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining(message)
        .withMessageContaining(folder.toString());
  }

  @Test
  void directory_promptThatIsNotPooled_isRefusedWhereThereIsAPrompt() throws IOException {
    Path folder = new SavedFolder("st6-include-prompt-false").copyTo(temporary);
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(folder))
        .queryInstruction("")
        .passageInstruction("")
        .build()) {
      assertThat(embedder.dimension()).isPositive();
    }
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeEmbedder.builder()
            .model(ModelSource.directory(folder))
            .queryInstruction("find: ")
            .build())
        .withMessageStartingWith("include_prompt must be true where there is an instruction");
  }

  /** Sentence Transformers takes the mean of such a folder; FlagEmbedding pools by CLS. */
  @Test
  void directory_withoutModules_isPooledAsItsPoolingSays() throws IOException {
    Path folder = new SavedFolder("st6-no-modules-json").copyTo(temporary);
    Path whole = new SavedFolder("st6-cls-normalize").copyTo(temporary);
    Files.delete(folder.resolve("sentence_bert_config.json"));
    try (BgeEmbedder plain = open(folder);
        BgeEmbedder cls = open(whole)) {
      assertThat(plain.dense("a text")).isEqualTo(cls.dense("a text"));
    }
  }

  private static BgeEmbedder open(Path folder) {
    return BgeEmbedder.builder().model(ModelSource.directory(folder)).build();
  }
}
