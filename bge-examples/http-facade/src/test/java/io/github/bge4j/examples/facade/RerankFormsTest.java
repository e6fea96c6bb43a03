package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores from 0 to 1, documents by fields, and pairs. */
final class RerankFormsTest extends SharedFacade {

  private static final String DOCUMENTS = "\"documents\":[\"Rome\",\"Paris is large\",\"a\"]";
  private static final String BODY = "{\"query\":\"old town\"," + DOCUMENTS + "}";

  RerankFormsTest() {
    super(Map.of());
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  /** Returns scores in the order of the documents. */
  private static List<Double> scores(JsonNode results, String name) {
    List<Double> scores = new ArrayList<>(List.of(0.0, 0.0, 0.0));
    for (JsonNode result : results) {
      scores.set(result.path("index").intValue(), result.path(name).doubleValue());
    }
    return scores;
  }

  private List<Double> logits() throws Exception {
    return scores(facade.ask("/v1/rerank", BODY).path("results"), "relevance_score");
  }

  @Test
  void rerank_bareRoute_isTheOneBelowV1() throws Exception {
    assertThat(facade.ask("/rerank", BODY).path("results"))
        .isEqualTo(facade.ask("/v1/rerank", BODY).path("results"));
  }

  @Test
  void rerank_normalize_isTheLogisticFunctionOfTheLogit() throws Exception {
    JsonNode results = facade
        .ask("/v1/rerank", "{\"query\":\"old town\",\"normalize\":true," + DOCUMENTS + "}")
        .path("results");
    List<Double> normalized = scores(results, "relevance_score");
    List<Double> logits = logits();
    for (int i = 0; i < logits.size(); i++) {
      assertThat(normalized.get(i)).isCloseTo(sigmoid(logits.get(i)), within(1e-12));
    }
    assertThat(logits).anyMatch(logit -> logit < 0 || logit > 1);
    assertThat(results.at("/0/relevance_score").doubleValue())
        .isGreaterThanOrEqualTo(results.at("/1/relevance_score").doubleValue());
  }

  @Test
  void rerank_normalizeVariable_isTheDefault(@TempDir Path folder) throws Exception {
    List<Double> logits = logits();
    try (RunningFacade other = new RunningFacade(folder, Map.of("RERANK_NORMALIZE", "true"))) {
      other.settled();
      assertThat(scores(other.ask("/v1/rerank", BODY).path("results"), "relevance_score"))
          .allMatch(score -> score > 0 && score < 1);
      String raw = "{\"query\":\"old town\",\"normalize\":false," + DOCUMENTS + "}";
      assertThat(scores(other.ask("/v1/rerank", raw).path("results"), "relevance_score"))
          .isEqualTo(logits);
    }
  }

  @Test
  void rerank_rankFields_rankThoseFieldsOnly() throws Exception {
    JsonNode one = facade.ask(
        "/v1/rerank",
        "{\"query\":\"old town\",\"rank_fields\":[\"title\"],\"return_documents\":true,"
            + "\"documents\":[{\"title\":\"Rome\",\"text\":\"no\",\"id\":7},"
            + "{\"title\":\"Paris is large\"},{\"title\":\"a\"}]}");
    assertThat(scores(one.path("results"), "relevance_score")).isEqualTo(logits());
    assertThat(one.path("results"))
        .extracting(it -> it.path("document").toString())
        .containsExactlyInAnyOrder(
            "{\"title\":\"Rome\",\"text\":\"no\",\"id\":7}",
            "{\"title\":\"Paris is large\"}",
            "{\"title\":\"a\"}");
  }

  @Test
  void rerank_severalRankFields_areLinesWithTheirNames() throws Exception {
    JsonNode fields = facade.ask(
        "/v1/rerank",
        "{\"query\":\"a\",\"rank_fields\":[\"title\",\"year\",\"none\"],"
            + "\"documents\":[{\"year\":753,\"title\":\"Rome\"}]}");
    JsonNode lines =
        facade.ask("/v1/rerank", "{\"query\":\"a\",\"documents\":[\"title: Rome\\nyear: 753\"]}");
    assertThat(scores(fields.path("results"), "relevance_score"))
        .isEqualTo(scores(lines.path("results"), "relevance_score"));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/rerank | 422 | {\"query\":\"a\",\"documents\":[{\"title\":\"b\"}]}",
        "/v1/rerank | 422 | {\"query\":\"a\",\"rank_fields\":[\"t\"],\"documents\":[{\"u\":1}]}",
        "/v1/rerank | 422 | {\"query\":\"a\",\"rank_fields\":\"t\",\"documents\":[{\"t\":\"b\"}]}",
        "/v1/rerank | 400 | {\"query\":\"a\",\"rank_fields\":[\"t\"],\"documents\":[{\"t\":\" \"}]}",
        "/v1/rerank | 422 | {\"query\":\"a\",\"documents\":[5]}",
        "/v1/score | 400 | {\"text_1\":[\"a\",\"b\"],\"text_2\":[\"c\"]}",
        "/v1/score | 400 | {\"text_1\":\"a\",\"text_2\":[]}",
        "/v1/score | 422 | {\"text_1\":\"a\"}",
        "/v1/score | 422 | {\"text_1\":\"a\",\"text_2\":[1]}",
      })
  void post_oddRequests_areRefused(String path, int status, String body) throws Exception {
    HttpResponse<String> response = facade.post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
  }

  @Test
  void score_oneTextWithSeveral_isInTheirOrder() throws Exception {
    JsonNode answer = facade.ask(
        "/v1/score", "{\"text_1\":\"old town\",\"text_2\":[\"Rome\",\"Paris is large\",\"a\"]}");
    List<Double> logits = logits();
    for (int i = 0; i < logits.size(); i++) {
      JsonNode item = answer.path("data").get(i);
      assertThat(item.path("index").intValue()).isEqualTo(i);
      assertThat(item.path("object").textValue()).isEqualTo("score");
      assertThat(item.path("score").doubleValue()).isCloseTo(sigmoid(logits.get(i)), within(1e-12));
    }
    assertThat(answer.path("object").textValue()).isEqualTo("list");
    assertThat(answer.at("/usage/total_tokens").intValue()).isPositive();
  }

  @Test
  void score_pairs_areScoredOneByOne() throws Exception {
    List<Double> logits = logits();
    JsonNode answer = facade.ask(
        "/v1/score",
        "{\"normalize\":false,\"text_1\":[\"old town\",\"old town\",\"else\"],"
            + "\"text_2\":[\"a\",\"Rome\",\"a\"]}");
    assertThat(answer.at("/data/0/score").doubleValue()).isEqualTo(logits.get(2));
    assertThat(answer.at("/data/1/score").doubleValue()).isEqualTo(logits.get(0));
    assertThat(answer.at("/data/2/score").doubleValue()).isNotEqualTo(logits.get(2));
  }
}
