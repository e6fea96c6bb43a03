package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line prints for a tiny BGE-M3, beside the reference's answers. */
final class GoldenOutputTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @CsvSource({"m3.expected.jsonl.gz, 1024", "m3.maxlen64.expected.jsonl.gz, 64"})
  void embed_threeOutputsOfACheckpoint_matchTheReference(String file, String maxTokens)
      throws IOException {
    List<JsonNode> golden = GoldenFiles.rows(file, new JsonMapper()::readTree);
    StringBuilder input = new StringBuilder();
    for (JsonNode row : golden) {
      input.append("{\"text\":").append(row.path("text")).append("}\n");
    }

    CommandRun run = CommandRun.of(
        input.toString(),
        "embed",
        "--model",
        GoldenFiles.path("m3").toString(),
        "--outputs",
        "dense,sparse,colbert",
        "--max-tokens",
        maxTokens,
        "--ids");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSameSizeAs(golden);
    for (int i = 0; i < lines.size(); i++) {
      assertMatches(JSON.readTree(lines.get(i)), golden.get(i));
    }
  }

  private static void assertMatches(JsonNode actual, JsonNode expected) {
    assertThat(actual.path("ids")).isEqualTo(expected.path("ids"));
    assertThat(actual.path("tokens").asInt()).isEqualTo(expected.path("ids").size());
    assertClose(actual.path("dense"), expected.path("dense"));
    expected.path("lexical").properties().forEach(entry -> {
      double weight = entry.getValue().asDouble();
      if (weight > TOLERANCE) {
        assertThat(actual.path("lexical_weights").path(entry.getKey()).asDouble())
            .isCloseTo(weight, within(TOLERANCE * Math.max(1, weight)));
      }
    });
    assertThat(actual.path("lexical_weights").size())
        .isEqualTo(expected.path("lexical").size());
    JsonNode rows = actual.path("colbert");
    assertThat(rows.size()).isEqualTo(expected.path("colbert_rows").asInt());
    if (expected.has("colbert_first")) {
      assertClose(rows.get(0), expected.path("colbert_first"));
      assertClose(rows.get(rows.size() - 1), expected.path("colbert_last"));
    }
  }

  private static void assertClose(JsonNode actual, JsonNode expected) {
    assertThat(actual.size()).isEqualTo(expected.size()).isPositive();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).asDouble()).isCloseTo(expected.get(i).asDouble(), within(TOLERANCE));
    }
  }
}
