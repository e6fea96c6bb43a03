package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FacadeTest extends SharedFacade {

  FacadeTest() {
    super(Map.of("MAX_TEXT_CHARS", "20", "API_KEY", ""));
  }

  @Test
  void embeddings_list_answersInOrderWithTrueUsage() throws Exception {
    JsonNode answer = facade.ask("/v1/embeddings", "{\"input\":[\"Paris\",\"Rome\"]}");
    assertThat(answer.path("model").textValue()).isEqualTo("bge-m3");
    assertThat(answer.at("/data/1/index").intValue()).isEqualTo(1);
    assertThat(answer.at("/data/0/embedding")).hasSize(64);
    assertThat(answer.at("/usage/prompt_tokens").intValue()).isGreaterThan(3);
  }

  @Test
  void embeddings_base64_hasTheFloatsBits() throws Exception {
    JsonNode plain = facade.ask("/v1/embeddings", "{\"input\":\"Paris\"}");
    JsonNode coded =
        facade.ask("/v1/embeddings", "{\"input\":\"Paris\",\"encoding_format\":\"base64\"}");
    ByteBuffer bytes = ByteBuffer.wrap(
            Base64.getDecoder().decode(coded.at("/data/0/embedding").textValue()))
        .order(ByteOrder.LITTLE_ENDIAN);
    for (JsonNode number : plain.at("/data/0/embedding")) {
      assertThat(Float.parseFloat(number.asText())).isEqualTo(bytes.getFloat());
    }
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void hybrid_text_equalsSeparateCalls() throws Exception {
    String body = "{\"input\":\"Paris is large\"}";
    JsonNode hybrid = facade.ask("/v1/hybrid-embeddings", body);
    assertThat(hybrid.at("/data/0/dense"))
        .isEqualTo(facade.ask("/v1/embeddings", body).at("/data/0/embedding"));
    assertThat(hybrid.at("/data/0/sparse"))
        .isEqualTo(facade.ask("/v1/sparse-embeddings", body).at("/data/0/sparse"));
    assertThat(hybrid.at("/data/0/sparse/mapping").textValue()).isEqualTo("tokenizer");
  }

  @Test
  void embeddings_longText_reportsTheCut() throws Exception {
    HttpResponse<String> response =
        facade.post("/v1/embeddings", "{\"input\":[\"short\",\"" + "a".repeat(21) + "\"]}");
    JsonNode answer = new JsonMapper().readTree(response.body());
    assertThat(answer.at("/data/0").has("truncated")).isFalse();
    assertThat(answer.at("/data/1/truncated").booleanValue()).isTrue();
    assertThat(response.headers().firstValue("x-bge-truncated-texts")).hasValue("1");
  }

  @Test
  void rerank_objects_sortsAndReturnsThem() throws Exception {
    JsonNode answer = facade.ask(
        "/v1/rerank",
        "{\"query\":\"a\",\"documents\":[\"b\",{\"text\":\"c\",\"id\":\"7\",\"x\":1}],\"return_documents\":true}");
    JsonNode results = answer.path("results");
    assertThat(results).hasSize(2);
    assertThat(results.at("/0/relevance_score").doubleValue())
        .isGreaterThanOrEqualTo(results.at("/1/relevance_score").doubleValue());
    assertThat(results.findValues("document").toString())
        .contains("\"id\":\"7\"")
        .doesNotContain("\"x\"");
    assertThat(answer.at("/meta/billed_units/search_units").intValue()).isEqualTo(1);
    assertThat(answer.at("/usage/total_tokens").intValue()).isPositive();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "lists of token ids | 200 | {\"input\":[[0,5,6,2],[0,7,2]]}",
        "one list of ids    | 200 | {\"input\":[0,5,6,2]}",
        "ids undeclared     | 400 | {\"input\":[5,6]}",
        "one end alone      | 400 | {\"input\":[[0,5,6]]}",
        "unknown token id   | 400 | {\"input\":[0,99999999,2]}",
        "text among ids     | 422 | {\"input\":[[5,6],\"a\"]}",
        "ids among texts    | 422 | {\"input\":[\"a\",[5,6]]}",
        "id that is none    | 422 | {\"input\":[5,1.5]}",
        "null among texts   | 422 | {\"input\":[\"a\",null]}",
        "no ids             | 400 | {\"input\":[[5],[]]}",
        "negative id        | 400 | {\"input\":[[0,-1,2]]}",
        "lone surrogate     | 400 | {\"input\":\"\\ud800\"}",
        "duplicate keys     | 200 | {\"input\":\"\",\"input\":\"a\"}",
      })
  void embeddings_oddInput_answers(String name, int status, String body) throws Exception {
    HttpResponse<String> response = facade.post("/v1/embeddings", body);
    assertThat(response.statusCode()).as("%s: %s", name, response.body()).isEqualTo(status);
  }

  @Test
  void embeddings_moreTextsThanOpenAiTakes_areRefusedWithTheLimit() throws Exception {
    String texts = "\"a\",".repeat(2_048) + "\"a\"";
    HttpResponse<String> response = facade.post("/v1/embeddings", "{\"input\":[" + texts + "]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("from 1 to 2048 texts (MAX_BATCH_SIZE): 2049");
  }

  @Test
  void embeddings_noTexts_isNotAdvisedToSendMoreRequests() throws Exception {
    HttpResponse<String> response = facade.post("/v1/embeddings", "{\"input\":[]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("from 1 to 2048 texts (MAX_BATCH_SIZE): 0; send at least one");
  }

  /** As many as OpenAI takes, which frameworks send without asking. */
  @Test
  void embeddings_2048texts_areServed() throws Exception {
    String texts = "\"a\",".repeat(2_047) + "\"b\"";
    JsonNode data = facade.ask("/v1/embeddings", "{\"input\":[" + texts + "]}").path("data");
    assertThat(data).hasSize(2_048);
    assertThat(data.get(2_046).path("embedding")).isEqualTo(data.get(0).path("embedding"));
    assertThat(data.get(2_047).path("embedding")).isNotEqualTo(data.get(0).path("embedding"));
  }

  @Test
  void embeddings_brokenUtf8_isRefused() throws Exception {
    byte[] body = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
    HttpResponse<String> response =
        facade.send(facade.request("/v1/embeddings").POST(BodyPublishers.ofByteArray(body)));
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("must be UTF-8");
  }

  @Test
  void embeddings_deepJson_isRefused() throws Exception {
    assertThat(facade.post("/v1/embeddings", "[".repeat(2_000)).statusCode()).isEqualTo(422);
  }

  @Test
  void metrics_afterARequest_countsIt() throws Exception {
    facade.ask("/v1/embeddings", "{\"input\":\"a\"}");
    assertThat(facade.get("/metrics").body()).contains("bge_batch_run_seconds_count");
  }

  @Test
  void health_missingModel_isDegradedWithReasonAndNotTriedAgain(@TempDir Path folder)
      throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    try (RunningFacade other = new RunningFacade(
        folder, Map.of("EMBEDDING_MODEL_NAME", empty.toString(), "API_KEY", "k"))) {
      JsonNode health = other.settled();
      assertThat(health.path("status").textValue()).isEqualTo("degraded");
      assertThat(health.at("/reasons/0").textValue())
          .startsWith("embedder failed to load: ")
          .contains(" must ", empty.toString());
      assertThat(health.path("reranker_loaded").booleanValue()).isTrue();
      String body = "{\"input\":\"a\"}";
      assertThat(other.post("/v1/embeddings", body).statusCode()).isEqualTo(401);
      HttpResponse<String> response = other.send(other
          .request("/v1/embeddings")
          .header("Authorization", "Bearer k")
          .POST(BodyPublishers.ofString(body)));
      assertThat(response.statusCode()).isEqualTo(424);
      assertThat(response.headers().firstValue("retry-after")).isEmpty();
    }
  }
}
