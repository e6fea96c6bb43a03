package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the whole command on tiny cross-encoders. */
final class RerankCommandTest {

  private static final double TOLERANCE = 1e-4;

  @TempDir
  private static Path directory = Path.of("");

  private static String model = "";

  @BeforeAll
  static void writeModel() throws IOException {
    model = GoldenFiles.writeModel("bert-reranker", directory.resolve("model")).toString();
  }

  @ParameterizedTest
  @CsvSource({"512, logit", "512, sigmoid", "48, logit", "48, sigmoid"})
  void rerank_bert_matchesTheReference(int maxTokens, String field) throws IOException {
    List<JsonNode> golden = golden("bert-reranker", maxTokens);
    List<JsonNode> longer = golden("bert-reranker", 512);
    List<JsonNode> lines = rerank(model, golden, maxTokens, field.equals("sigmoid"));
    assertThat(lines).hasSameSizeAs(golden).hasSize(76);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = lines.get(i);
      assertThat(line.path("index").asInt()).isEqualTo(i);
      assertThat(line.path("score").asDouble())
          .isCloseTo(golden.get(i).path(field).asDouble(), within(TOLERANCE));
      int tokens = golden.get(i).path("ids").size();
      assertThat(line.path("tokens").asInt()).isEqualTo(tokens);
      if (maxTokens < 512) {
        assertThat(line.path("truncated").booleanValue())
            .isEqualTo(tokens < longer.get(i).path("ids").size());
      }
    }
  }

  /** The reference gives both logits of the longer half of the pairs; see the golden README. */
  @ParameterizedTest
  @CsvSource({"512, logit", "512, sigmoid", "64, logit", "64, sigmoid"})
  void rerank_xlmRoberta_matchesTheReference(int maxTokens, String field) throws IOException {
    List<JsonNode> golden = golden("reranker", maxTokens).stream()
        .sorted(Comparator.comparingInt(row -> -row.path("ids").size()))
        .toList();
    List<Double> scores = new ArrayList<>();
    for (int label = 0; label < 2; label++) {
      String name = "reranker-label" + label;
      Path xlm = GoldenFiles.writeModel(name, directory.resolve(name + maxTokens + field));
      List<JsonNode> lines = rerank(xlm.toString(), golden, maxTokens, field.equals("sigmoid"));
      assertThat(lines).hasSameSizeAs(golden);
      for (int i = 0; i < lines.size(); i++) {
        assertThat(lines.get(i).path("tokens").asInt())
            .isEqualTo(golden.get(i).path("ids").size());
      }
      lines
          .subList(0, lines.size() / 2)
          .forEach(line -> scores.add(line.path("score").asDouble()));
    }
    assertThat(scores.stream().mapToDouble(score -> score).sorted().toArray())
        .containsExactly(
            golden.stream()
                .mapToDouble(row -> row.path(field).asDouble())
                .sorted()
                .toArray(),
            within(TOLERANCE));
  }

  private static List<JsonNode> golden(String name, int maxTokens) throws IOException {
    return GoldenFiles.rows(name + ".expected.jsonl.gz", new JsonMapper()::readTree).stream()
        .filter(row -> row.path("max_length").asInt() == maxTokens)
        .toList();
  }

  private static List<JsonNode> rerank(
      String model, List<JsonNode> pairs, int maxTokens, boolean normalize) throws IOException {
    StringBuilder input = new StringBuilder();
    for (JsonNode pair : pairs) {
      input.append(
          "{\"query\":%s,\"passage\":%s}\n".formatted(pair.path("query"), pair.path("passage")));
    }
    List<String> args = new ArrayList<>(
        List.of("rerank", "--model", model, "--max-tokens", Integer.toString(maxTokens)));
    if (normalize) {
      args.add("--normalize");
    }
    CommandRun run = CommandRun.of(input.toString(), args.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(new JsonMapper().readTree(line));
    }
    return lines;
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
        .startsWith("bge: --model must be a reranker: bundled is an embedding model");
    CommandRun reranker = CommandRun.of("", "embed", "--model", model);
    assertThat(reranker.exitCode()).isEqualTo(2);
    assertThat(reranker.err()).contains("is a reranker; use bge.jar rerank");
  }

  private static void assertRefused(String input, String message) {
    assertThat(CommandRun.of(input, "rerank", "--model", model))
        .isEqualTo(new CommandRun(2, "", "bge: " + message + System.lineSeparator()));
  }
}
