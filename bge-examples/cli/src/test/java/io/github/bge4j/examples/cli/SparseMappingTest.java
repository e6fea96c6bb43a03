package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The field {@code sparse} of a tiny BGE-M3. */
final class SparseMappingTest {

  private static final Path MODEL =
      Path.of("..", "..", "bge-core", "src", "test", "resources", "golden", "m3");

  private static CommandRun embed(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("embed", "--model", MODEL.toString(), "--outputs", "sparse"));
    arguments.addAll(Arrays.asList(more));
    return CommandRun.of(
        "{\"text\":\"of the 5 and 20\"}\n{\"text\":\"\"}\n", arguments.toArray(String[]::new));
  }

  private static List<JsonNode> lines(CommandRun run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(new JsonMapper().readTree(line));
    }
    return lines;
  }

  private static JsonNode sparse(String... more) throws IOException {
    return lines(embed(more)).get(0).path("sparse");
  }

  @Test
  void embed_noMapping_writesLexicalWeightsAlone() throws IOException {
    assertThat(lines(embed())).allSatisfy(line -> {
      assertThat(line.has("lexical_weights")).isTrue();
      assertThat(line.has("sparse")).isFalse();
    });
  }

  @Test
  void embed_tokenizer_writesTheLexicalWeightsAsArrays() throws IOException {
    JsonNode line = lines(embed("--sparse-mapping", "tokenizer")).get(0);
    JsonNode sparse = line.path("sparse");
    assertThat(sparse.fieldNames())
        .toIterable()
        .containsExactly("indices", "values", "mapping", "index_space");
    assertThat(sparse.path("mapping").asText()).isEqualTo("tokenizer");
    assertThat(sparse.path("index_space").asLong()).isEqualTo(1_048_576);
    assertThat(sparse.path("indices").size())
        .isEqualTo(sparse.path("values").size())
        .isEqualTo(line.path("lexical_weights").size())
        .isPositive();
    for (int i = 0; i < sparse.path("indices").size(); i++) {
      assertThat(line.path("lexical_weights").path(sparse.path("indices").get(i).asText()))
          .isEqualTo(sparse.path("values").get(i));
    }
  }

  @Test
  void embed_textWithoutWeights_writesAnEmptyVector() throws IOException {
    JsonNode sparse = lines(embed("--sparse-mapping", "hash")).get(1).path("sparse");
    assertThat(sparse)
        .hasToString("{\"indices\":[],\"values\":[],\"mapping\":\"hash\",\"index_space\":1048576}");
  }

  @Test
  void embed_hashInTheLargestSpace_writesUnsignedIndices() throws IOException {
    JsonNode sparse = sparse("--sparse-mapping", "hash", "--sparse-index-space", "4294967296");
    assertThat(sparse.path("index_space").asLong()).isEqualTo(4_294_967_296L);
    assertThat(sparse.path("indices"))
        .isNotEmpty()
        .allSatisfy(index -> assertThat(index.asLong()).isBetween(0L, 4_294_967_295L))
        .anySatisfy(index -> assertThat(index.asLong()).isGreaterThan(Integer.MAX_VALUE));
  }

  @Test
  void embed_legacyTokenizer_writesIdsOfTokensThatAreNumbers() throws IOException {
    // Tokens 4 and 6 are "▁" and "▁the", whose ids are the texts of the tokens 325 and 558.
    JsonNode sparse = sparse("--sparse-mapping", "legacy-tokenizer");
    assertThat(sparse.path("mapping").asText()).isEqualTo("legacy-tokenizer");
    assertThat(sparse.path("indices"))
        .isNotEmpty()
        .allSatisfy(index -> assertThat(index.asInt()).isIn(325, 304, 558, 509, 355, 589));
  }

  @ParameterizedTest
  @CsvSource({"tokenizer, mapping tokenizer must give", "legacy-tokenizer, index space must hold"})
  void embed_indexSpaceTooSmall_isOneLineAndExitCode2(String mapping, String reason) {
    CommandRun run = embed("--sparse-mapping", mapping, "--sparse-index-space", "3");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("bge: --sparse-index-space is too small: " + reason)
        .hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  /** The vocabulary tells; opening the model would refuse the other option. */
  @ParameterizedTest
  @ValueSource(strings = {"tokenizer", "legacy-tokenizer"})
  void embed_indexSpaceTooSmall_isRefusedBeforeTheModelOpens(String mapping) {
    CommandRun run =
        embed("--sparse-mapping", mapping, "--sparse-index-space", "3", "--max-tokens", "100000");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("bge: --sparse-index-space is too small: ")
        .contains("; choose a larger index space");
  }
}
