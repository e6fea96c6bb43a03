package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.testing.GoldenFiles;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes of text-embeddings-inference give its shapes, statuses and errors. */
final class TeiRoutesTest extends SharedFacade {

  private static final String INPUTS = "{\"inputs\":[\"Paris is large\",\"Rome\"]}";
  private static final String INPUT = "{\"input\":[\"Paris is large\",\"Rome\"]}";

  TeiRoutesTest() {
    super(Map.of("SPARSE_TOKEN_MAPPING", "tokenizer", "MAX_TEXT_CHARS", "20"));
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new JsonMapper().readTree(response.body());
  }

  @Test
  void embed_texts_areListsOfTheVectors() throws Exception {
    JsonNode answer = facade.ask("/embed", INPUTS);
    assertThat(answer).hasSize(2);
    assertThat(answer.get(0))
        .isEqualTo(facade.ask("/v1/embeddings", INPUT).at("/data/0/embedding"));
    assertThat(facade.ask("/embed", "{\"inputs\":\"Rome\"}").get(0)).isEqualTo(answer.get(1));
    assertThat(facade.ask("", INPUTS)).isEqualTo(answer);
    assertThat(facade.send(facade.request("/").DELETE()).headers().firstValue("allow"))
        .hasValueSatisfying(allow -> assertThat(allow).contains("GET", "HEAD", "POST"));
  }

  @Test
  void embedSparse_texts_areListsOfTheirWeights() throws Exception {
    JsonNode answer = facade.ask("/embed_sparse", INPUTS);
    JsonNode expected = facade.ask("/v1/sparse-embeddings", INPUT).at("/data/0/sparse");
    assertThat(answer.get(0)).hasSize(expected.path("indices").size()).isNotEmpty();
    for (int i = 0; i < answer.get(0).size(); i++) {
      assertThat(answer.get(0).get(i).path("index"))
          .isEqualTo(expected.path("indices").get(i));
      assertThat(answer.get(0).get(i).path("value"))
          .isEqualTo(expected.path("values").get(i));
    }
  }

  @Test
  void embedAll_texts_areTheColbertVectors() throws Exception {
    assertThat(facade.ask("/embed_all", INPUTS).get(1))
        .isEqualTo(facade.ask("/v1/multi-vector-embeddings", INPUT).at("/data/1/colbert"));
  }

  @Test
  void rerank_texts_areRankedFromZeroToOne() throws Exception {
    String texts = "{\"query\":\"old town\",\"texts\":[\"Rome\",\"Paris is large\"]";
    JsonNode ranks = facade.ask("/rerank", texts + ",\"return_text\":true}");
    JsonNode raw = facade.ask("/rerank", texts + ",\"raw_scores\":true}");
    JsonNode expected = facade
        .ask("/v1/rerank", "{\"query\":\"old town\",\"documents\":[\"Rome\",\"Paris is large\"]}")
        .path("results");
    for (int i = 0; i < 2; i++) {
      double logit = expected.get(i).path("relevance_score").doubleValue();
      assertThat(raw.get(i).path("score").doubleValue()).isEqualTo(logit);
      assertThat(ranks.get(i).path("score").doubleValue())
          .isCloseTo(1 / (1 + Math.exp(-logit)), within(1e-12));
      assertThat(ranks.get(i).path("index")).isEqualTo(expected.get(i).path("index"));
      assertThat(ranks.get(i).path("text").textValue())
          .isEqualTo(
              List.of("Rome", "Paris is large").get(ranks.get(i).path("index").intValue()));
    }
    assertThat(raw.get(0).has("text")).isFalse();
  }

  @Test
  void tokenize_texts_haveIdsAndPlaces() throws Exception {
    JsonNode tokens = facade.ask("/tokenize", "{\"inputs\":\"Rome é\"}").get(0);
    assertThat(tokens.get(0).toString())
        .isEqualTo("{\"id\":0,\"text\":\"<s>\",\"special\":true,\"start\":null,\"stop\":null}");
    assertThat(tokens.get(1).path("start").intValue()).isZero();
    assertThat(tokens.get(tokens.size() - 2).path("stop").intValue()).isEqualTo(6);
    JsonNode plain = facade
        .ask("/tokenize", "{\"inputs\":[\"Rome é\"],\"add_special_tokens\":false}")
        .get(0);
    assertThat(plain).hasSize(tokens.size() - 2);
    assertThat(plain.get(0)).isEqualTo(tokens.get(1));
  }

  @Test
  void decode_idsOfTokenize_isTheText() throws Exception {
    JsonNode tokens = facade.ask("/tokenize", "{\"inputs\":\"Paris is large\"}").get(0);
    String ids = tokens.findValuesAsText("id").toString();
    assertThat(facade.ask("/decode", "{\"ids\":" + ids + "}").toString())
        .isEqualTo("[\"Paris is large\"]");
    assertThat(facade
            .ask("/decode", "{\"ids\":[" + ids + ",[0]],\"skip_special_tokens\":false}")
            .toString())
        .startsWith("[\"<s>")
        .endsWith(",\"<s>\"]");
  }

  @Test
  void info_loaded_tellsModelAndLimits() throws Exception {
    JsonNode info = json(facade.get("/info"));
    assertThat(info.path("model_id").textValue())
        .isEqualTo(GoldenFiles.path("m3").toString());
    assertThat(info.path("model_dtype").textValue()).isEqualTo("float32");
    assertThat(info.path("max_input_length").intValue()).isPositive();
    assertThat(info.path("outputs").toString()).isEqualTo("[\"dense\",\"sparse\",\"colbert\"]");
  }

  @ParameterizedTest(name = "{0} {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/embed     | 400 | Empty      | {\"inputs\":\"\"}",
        "/embed     | 413 | Validation | {\"inputs\":[]}",
        "/embed     | 422 | Tokenizer  | {\"input\":\"a\"}",
        "/embed     | 413 | Validation | {\"inputs\":\"a\",\"normalize\":false}",
        "/embed     | 413 | Validation | {\"inputs\":\"a\",\"dimensions\":7}",
        "/embed     | 413 | Validation | {\"inputs\":\"a\",\"prompt_name\":\"query\"}",
        "/embed     | 413 | Validation | {\"inputs\":\"a\",\"truncation_direction\":\"Left\"}",
        "/embed     | 413 | Validation | {\"inputs\":\"aaaaaaaaaaaaaaaaaaaaa\",\"truncate\":false}",
        "/rerank    | 400 | Empty      | {\"query\":\"\",\"texts\":[\"a\"]}",
        "/rerank    | 422 | Tokenizer  | {\"query\":\"a\",\"texts\":[5]}",
        "/rerank    | 413 | Validation | {\"query\":\"a\",\"texts\":[]}",
        "/tokenize  | 422 | Tokenizer  | {\"inputs\":[[5]]}",
        "/decode    | 422 | Tokenizer  | {\"ids\":[\"a\"]}",
        "/decode    | 413 | Validation | {\"ids\":[99999999]}",
      })
  void post_refused_isTheirError(String path, int status, String type, String body)
      throws Exception {
    HttpResponse<String> response = facade.post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = json(response);
    assertThat(error.path("error_type").textValue()).isEqualTo(type);
    assertThat(error.path("error").textValue()).isNotEmpty();
    assertThat(error.properties()).hasSize(2);
  }

  @Test
  void embed_longText_isCutUnlessTheRequestSaysNo() throws Exception {
    HttpResponse<String> response =
        facade.post("/embed", "{\"inputs\":\"" + "a".repeat(21) + "\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("x-bge-truncated-texts")).hasValue("1");
  }

  @Test
  void rerank_documentsThatAreWrong_isTheOtherError() throws Exception {
    HttpResponse<String> response = facade.post("/rerank", "{\"query\":\"a\",\"documents\":[]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/error/code").textValue()).isEqualTo("batch_size");
  }

  @Test
  void embed_fullQueue_isOverloadedWithRetryAfter() throws Exception {
    try (RunningFacade busy = new RunningFacade(new BusyModels())) {
      busy.settled();
      HttpResponse<String> response = busy.post("/embed", "{\"inputs\":\"a\"}");
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(json(response).path("error_type").textValue()).isEqualTo("Overloaded");
      assertThat(response.headers().firstValue("retry-after")).isPresent();
      HttpResponse<String> sparse = busy.post("/embed_sparse", "{\"inputs\":\"a\"}");
      assertThat(sparse.statusCode()).isEqualTo(424);
      assertThat(json(sparse).path("error_type").textValue()).isEqualTo("Backend");
    }
  }

  @Test
  void embed_missingModel_isUnhealthyAndInfoWantsTheKey(@TempDir Path folder) throws Exception {
    try (RunningFacade other =
        new RunningFacade(folder, Map.of("EMBEDDING_MODEL_NAME", folder.toString()))) {
      other.settled();
      HttpResponse<String> response = other.post("/embed", "{\"inputs\":\"a\"}");
      assertThat(json(response).path("error").textValue()).contains("Models are not loaded");
      assertThat(json(other.get("/info")).path("max_input_length").isNull()).isTrue();
    }
    try (RunningFacade locked = new RunningFacade(folder, Map.of("API_KEY", "k"))) {
      assertThat(locked.get("/info").statusCode()).isEqualTo(401);
      assertThat(locked.post("/embed", "{\"inputs\":\"a\"}").statusCode()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inputs must    | {\"inputs\":\"\"}",
        "inputs must    | {\"inputs\":7}",
        "inputs[1] must | {\"inputs\":[\"a\",\" \"]}",
        "inputs[1] must | {\"inputs\":[\"a\",7]}",
        "inputs[0] must | {\"inputs\":[[5]]}",
        "inputs must    | {\"inputs\":[]}",
      })
  void post_badInputs_errorsCallThemAsTheClientDoes(String begin, String body) throws Exception {
    assertThat(json(facade.post("/embed", body)).path("error").textValue()).startsWith(begin);
  }
}
