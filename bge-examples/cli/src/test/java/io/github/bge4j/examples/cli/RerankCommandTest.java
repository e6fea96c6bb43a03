package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the whole command on a tiny BERT cross-encoder. */
final class RerankCommandTest {

  private static final double TOLERANCE = 1e-4;

  @TempDir
  private static Path directory = Path.of("");

  private static String model = "";

  @BeforeAll
  static void writeModel() throws IOException {
    model = GoldenFiles.writeReranker(directory.resolve("model")).toString();
  }

  @ParameterizedTest
  @CsvSource({"512, logit", "512, sigmoid", "48, logit", "48, sigmoid"})
  void rerank_everyPair_matchesTheReference(int maxTokens, String field) throws IOException {
    List<JsonNode> golden = GoldenFiles.rows("bert-reranker.expected.jsonl.gz").stream()
        .filter(row -> row.path("max_length").asInt() == maxTokens)
        .toList();
    StringBuilder input = new StringBuilder();
    for (JsonNode row : golden) {
      input.append(
          "{\"query\":%s,\"passage\":%s}\n".formatted(row.path("query"), row.path("passage")));
    }
    String max = Integer.toString(maxTokens);
    CommandRun run = field.equals("sigmoid")
        ? CommandRun.of(
            input.toString(), "rerank", "--model", model, "--max-tokens", max, "--normalize")
        : CommandRun.of(input.toString(), "rerank", "--model", model, "--max-tokens", max);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSameSizeAs(golden).hasSize(76);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = new JsonMapper().readTree(lines.get(i));
      assertThat(line.path("index").asInt()).isEqualTo(i);
      assertThat(line.path("score").asDouble())
          .isCloseTo(golden.get(i).path(field).asDouble(), within(TOLERANCE));
      assertThat(line.path("tokens").asInt())
          .isEqualTo(golden.get(i).path("ids").size());
      assertThat(line.path("truncated").isBoolean()).isTrue();
    }
  }

  @Test
  void rerank_badLines_nameFileLineAndRemedy() {
    assertRefused(
        "{\"query\":\"q\",\"passage\":\"p\"}\n\n{\"query\":\"q\"}\n",
        "<stdin> line 3: each line must be a JSON object with a string \"query\" and a string"
            + " \"passage\": found an object without \"passage\"; correct the line");
    assertRefused(
        "\n{\"query\":\"q\",\"passage\":\"p \\udc00\"}\n",
        "<stdin> line 2: the passage must be well-formed UTF-16: lone surrogate U+DC00 at char 2;"
            + " replace it with U+FFFD");
  }

  @Test
  void rerank_noPairs_writesNothing() {
    assertThat(CommandRun.of("\n", "rerank", "--model", model))
        .isEqualTo(new CommandRun(0, "", ""));
  }

  @Test
  void rerank_wrongModels_areRefused() {
    CommandRun embedder = CommandRun.of("", "rerank", "--model", "bundled");
    assertThat(embedder.exitCode()).isEqualTo(2);
    assertThat(embedder.err())
        .startsWith("bge: --model must be a reranker's directory with its weights and")
        .contains("there is no directory bundled");
    CommandRun reranker = CommandRun.of("", "embed", "--model", model);
    assertThat(reranker.exitCode()).isEqualTo(2);
    assertThat(reranker.err()).contains("is a reranker; use BgeReranker");
  }

  private static void assertRefused(String input, String message) {
    assertThat(CommandRun.of(input, "rerank", "--model", model))
        .isEqualTo(new CommandRun(2, "", "bge: " + message + System.lineSeparator()));
  }
}
