package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.ModelSource;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.testing.GoldenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference's vectors and weights, as they come out of the service. */
final class GoldenAnswersTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final double TOLERANCE = 1e-5;
  private static final float LEAST_WEIGHT = 1e-6f;

  @TempDir
  private Path folder = Path.of("");

  private static List<JsonNode> lines(String file) {
    return GoldenFiles.rows(file, JSON::readTree);
  }

  private static String request(JsonNode input) {
    return JSON.createObjectNode().set("input", input).toString();
  }

  private static void assertVector(JsonNode actual, JsonNode expected, String name) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).doubleValue())
          .as("%s, number %s", name, i)
          .isCloseTo(expected.get(i).doubleValue(), within(TOLERANCE));
    }
  }

  /** Compares weights of index or token id; a weight near zero may be missing. */
  private static void assertWeights(JsonNode sparse, Map<Long, Double> expected, String name) {
    Map<Long, Double> missing = new HashMap<>(expected);
    for (int i = 0; i < sparse.path("indices").size(); i++) {
      Double weight = missing.remove(sparse.path("indices").get(i).longValue());
      double actual = sparse.path("values").get(i).doubleValue();
      assertThat(actual)
          .as(name)
          .isCloseTo(
              weight == null ? 0 : weight,
              within(weight == null ? LEAST_WEIGHT : TOLERANCE * Math.max(1, weight)));
    }
    assertThat(missing.values()).as(name).allMatch(weight -> weight < LEAST_WEIGHT);
  }

  private static Map<Long, Double> weights(JsonNode text, JsonNode mapped, String mapping) {
    Map<Long, Double> weights = new HashMap<>();
    if (mapping.equals("tokenizer")) {
      text.path("lexical")
          .properties()
          .forEach(it -> weights.put(Long.parseLong(it.getKey()), it.getValue().doubleValue()));
      return weights;
    }
    JsonNode sparse = mapped.path(mapping.replace('-', '_'));
    for (int i = 0; i < sparse.path("indices").size(); i++) {
      weights.put(
          sparse.path("indices").get(i).longValue(),
          sparse.path("values").get(i).doubleValue());
    }
    return weights;
  }

  @ParameterizedTest
  @CsvSource({"hash", "legacy-tokenizer", "tokenizer"})
  void hybrid_allTexts_areTheReferences(String mapping) throws Exception {
    List<JsonNode> texts = lines("m3.expected.jsonl.gz");
    List<JsonNode> mapped = lines("m3.mapped.expected.jsonl.gz");
    try (RunningFacade facade = new RunningFacade(
        folder, Map.of("SPARSE_TOKEN_MAPPING", mapping, "MAX_TEXT_CHARS", "1000000"))) {
      facade.settled();
      int asked = 0;
      for (int i = 0; i < texts.size(); i++) {
        JsonNode text = texts.get(i);
        if (text.path("text").textValue().isBlank()) {
          continue;
        }
        JsonNode answer = facade.ask("/v1/hybrid-embeddings", request(text.path("text")));
        String name = "text " + i;
        assertThat(answer.at("/usage/total_tokens").intValue())
            .as(name)
            .isEqualTo(text.path("ids").size());
        assertVector(answer.at("/data/0/dense"), text.path("dense"), name);
        assertWeights(answer.at("/data/0/sparse"), weights(text, mapped.get(i), mapping), name);
        asked++;
      }
      assertThat(asked).isGreaterThan(200);
    }
  }

  /** Also of texts whose tokens do not tell the text: unknown words, several blanks. */
  @Test
  void embeddings_tokenIds_areTheReferences() throws Exception {
    List<JsonNode> texts = lines("m3.expected.jsonl.gz");
    try (RunningFacade facade = new RunningFacade(folder, Map.of())) {
      facade.settled();
      for (int from = 0; from < texts.size(); from += 64) {
        List<JsonNode> some = texts.subList(from, Math.min(texts.size(), from + 64));
        ArrayNode ids = JSON.createArrayNode();
        some.forEach(text -> ids.add(text.path("ids")));
        JsonNode data = facade.ask("/v1/embeddings", request(ids)).path("data");
        for (int i = 0; i < some.size(); i++) {
          assertVector(
              data.get(i).path("embedding"), some.get(i).path("dense"), "text " + (from + i));
        }
      }
      JsonNode one = facade.ask("/v1/embeddings", request(texts.get(20).path("ids")));
      assertVector(one.at("/data/0/embedding"), texts.get(20).path("dense"), "text 20");
    }
  }

  @Test
  void rerank_scores_areTheLibrarysLogits() throws Exception {
    try (RunningFacade facade = new RunningFacade(folder, Map.of());
        BgeReranker reranker = BgeReranker.builder()
            .model(ModelSource.directory(folder.resolve("reranker")))
            .build()) {
      facade.settled();
      List<String> documents = new ArrayList<>();
      for (JsonNode pair : lines("reranker.expected.jsonl.gz").subList(0, 20)) {
        String passage = pair.path("passage").textValue();
        documents.add(passage.isBlank() ? "Rome" : passage);
      }
      List<RankedDocument<String>> expected = reranker.rerank("old town", documents);
      String body = JSON.createObjectNode()
          .put("query", "old town")
          .set("documents", JSON.valueToTree(documents))
          .toString();
      JsonNode results = facade.ask("/v1/rerank", body).path("results");
      for (int i = 0; i < expected.size(); i++) {
        assertThat(results.at("/" + i + "/index").intValue())
            .isEqualTo(expected.get(i).index());
        assertThat(results.at("/" + i + "/relevance_score").doubleValue())
            .isEqualTo(expected.get(i).score());
      }
      assertThat(expected)
          .extracting(RankedDocument::score)
          .anyMatch(score -> score < 0 || score > 1);
    }
  }
}
