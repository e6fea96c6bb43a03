package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What bge_inference_service answers (FastAPI 0.142.2, measured case by case; named in each row),
 * and what this service answers to the same.
 */
final class BaselineTest extends SharedFacade {

  BaselineTest() {
    super(Map.of());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest(name = "{0}: {1} {2}, was {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no input          | 422 | missing input               | 422 missing              | embeddings | {}",
        "input null        | 422 | string_type input           | 422 string_type, list_type | embeddings | {\"input\":null}",
        "other format      | 422 | literal_error encoding_format | 422 literal_error      | embeddings | {\"input\":\"a\",\"encoding_format\":\"x\"}",
        "dimensions        | 400 | dimensions dimensions       | 200 ignored              | embeddings | {\"input\":\"a\",\"dimensions\":8}",
        "broken JSON       | 422 | json_invalid                | 422 json_invalid         | embeddings | {\"input\":",
        "JSON array        | 422 | model_attributes_type       | 422 model_attributes_type | embeddings | []",
        "empty text        | 400 | empty_text input            | 500 text/plain           | embeddings | {\"input\":\"\"}",
        "blank text        | 400 | empty_text input[0]         | 500 text/plain           | embeddings | {\"input\":[\" \"]}",
        "empty list        | 400 | batch_size input            | 500 text/plain           | embeddings | {\"input\":[]}",
        "foreign ids       | 400 | foreign_token_ids input     | 422 string_type          | embeddings | {\"input\":[5,6,7]}",
        "lone surrogate    | 400 | lone_surrogate input[0]     | 500 text/plain           | embeddings | {\"input\":[\"\\ud800\"]}",
        "empty documents   | 400 | batch_size documents        | 500 text/plain           | rerank | {\"query\":\"a\",\"documents\":[]}",
        "top_n 0           | 422 | greater_than_equal top_n    | 422 greater_than_equal   | rerank | {\"query\":\"a\",\"documents\":[\"b\"],\"top_n\":0}",
        "document, no text | 422 | missing documents[0]        | 422 string_type, missing | rerank | {\"query\":\"a\",\"documents\":[{\"id\":\"1\"}]}",
        "unknown path      | 404 | not_found                   | 404 detail only          | none | {}",
      })
  void post_mistake_isRefused(
      String name, int status, String fault, String old, String path, String given)
      throws Exception {
    HttpResponse<String> response = facade.post("/v1/" + path, given);
    assertThat(response.statusCode()).as("%s, was %s", name, old).isEqualTo(status);
    assertError(response, fault);
  }

  /**
   * An error has OpenAI's object, and FastAPI's list for faults of the body or its text for the
   * rest.
   */
  private static void assertError(HttpResponse<String> response, String fault) throws Exception {
    List<String> expected = Arrays.asList(fault.split(" ", -1));
    JsonNode answer = new JsonMapper().readTree(response.body());
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(names(answer)).containsExactly("error", "detail");
    JsonNode error = answer.path("error");
    assertThat(names(error)).containsExactly("message", "type", "param", "code");
    assertThat(error.path("code").textValue()).isEqualTo(expected.get(0));
    assertThat(error.path("param").asText("")).isEqualTo(param(expected));
    JsonNode detail = answer.path("detail");
    if (response.statusCode() != 400 && response.statusCode() != 422) {
      assertThat(detail).isEqualTo(error.path("message"));
      return;
    }
    assertThat(detail).hasSize(1);
    assertThat(names(detail.get(0))).containsExactly("type", "loc", "msg");
    assertThat(detail.at("/0/type")).isEqualTo(error.path("code"));
    assertThat(detail.at("/0/loc/0").textValue()).isEqualTo("body");
    String place = detail.at("/0/loc/1").asText("")
        + (detail.at("/0/loc").has(2) ? "[" + detail.at("/0/loc/2").intValue() + "]" : "");
    assertThat(place).isEqualTo(param(expected));
    assertThat(detail.at("/0/msg")).isEqualTo(error.path("message"));
  }

  private static String param(List<String> fault) {
    return fault.size() > 1 ? fault.get(1) : "";
  }

  @ParameterizedTest(name = "{0}: 200, was {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "token ids   | 422 string_type   | {\"input\":[0,5,6,7,2]}",
        "base64      | 422 literal_error | {\"input\":\"a\",\"encoding_format\":\"base64\"}",
        "format null | 200               | {\"input\":\"a\",\"encoding_format\":null}",
        "user        | 200 ignored       | {\"input\":\"a\",\"user\":\"u\"}",
        "microbatching | 500 TypeError   | {\"input\":[\"a\",\"b\"]}",
      })
  void embeddings_accepted_haveOpenAisShape(String name, String old, String body) throws Exception {
    JsonNode answer = facade.ask("/v1/embeddings", body);
    assertThat(names(answer))
        .as("%s, was %s", name, old)
        .containsExactly("object", "model", "data", "usage");
    assertThat(names(answer.at("/data/0"))).containsExactly("object", "index", "embedding");
    assertThat(answer.at("/data/0/embedding").isTextual()).isEqualTo(name.equals("base64"));
    assertThat(names(answer.path("usage"))).containsExactly("prompt_tokens", "total_tokens");
    assertThat(answer.at("/usage/prompt_tokens").intValue()).isPositive();
  }

  @Test
  void embeddings_plainText_is415Was422() throws Exception {
    HttpResponse<String> response = facade.send(facade
        .request("/v1/embeddings")
        .header("Content-Type", "text/plain")
        .POST(BodyPublishers.ofString("{\"input\":\"a\"}")));
    assertThat(response.statusCode()).isEqualTo(415);
    assertError(response, "content_type");
  }

  @Test
  void embeddings_get_is405WithAllowAsBefore() throws Exception {
    HttpResponse<String> response = facade.get("/v1/embeddings");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("POST");
    assertError(response, "method_not_allowed");
  }

  @Test
  void embeddings_65texts_are200Were500() throws Exception {
    String body = "{\"input\":[" + "\"a\",".repeat(64) + "\"a\"]}";
    assertThat(facade.ask("/v1/embeddings", body).path("data")).hasSize(65);
  }

  @Test
  void embeddings_modelThatCannotBeLoaded_is424Was503(@TempDir Path folder) throws Exception {
    try (RunningFacade other =
        new RunningFacade(folder, Map.of("EMBEDDING_MODEL_NAME", folder.toString()))) {
      other.settled();
      HttpResponse<String> response = other.post("/v1/embeddings", "{\"input\":\"a\"}");
      assertThat(response.statusCode()).isEqualTo(424);
      assertError(response, "model_failed");
      assertThat(response.body()).contains("\"detail\":\"Models are not loaded: ");
    }
  }

  @Test
  void rerank_withoutReturnDocuments_hasNullDocumentsAsBeforeAndUsage() throws Exception {
    JsonNode answer = facade.ask("/v1/rerank", "{\"query\":\"a\",\"documents\":[\"b\",\"c\"]}");
    assertThat(names(answer)).containsExactly("id", "model", "results", "meta", "usage");
    for (JsonNode result : answer.path("results")) {
      assertThat(names(result)).containsExactly("index", "relevance_score", "document");
      assertThat(result.path("document").isNull()).isTrue();
    }
  }

  @Test
  void rerank_objects_dropsUnknownKeysAsBefore() throws Exception {
    JsonNode answer = facade.ask(
        "/v1/rerank",
        "{\"query\":\"a\",\"documents\":[{\"text\":\"b\",\"id\":\"7\",\"meta\":{\"k\":1},\"x\":2}],"
            + "\"return_documents\":true}");
    assertThat(answer.at("/results/0/document").toString())
        .isEqualTo("{\"text\":\"b\",\"id\":\"7\",\"meta\":{\"k\":1}}");
  }

  @Test
  void hybrid_unsetMapping_hasTheShapeAndSpaceOfBeforeAndTokenIds() throws Exception {
    JsonNode answer = facade.ask("/v1/hybrid-embeddings", "{\"input\":\"Paris\"}");
    assertThat(names(answer)).containsExactly("model", "data", "usage");
    assertThat(names(answer.at("/data/0"))).containsExactly("index", "dense", "sparse");
    JsonNode sparse = answer.at("/data/0/sparse");
    assertThat(names(sparse)).containsExactly("indices", "values", "mapping", "index_space");
    assertThat(sparse.path("mapping").textValue()).isEqualTo("tokenizer");
    assertThat(sparse.path("index_space").intValue()).isEqualTo(1_048_576);
    assertThat(sparse.path("indices")).hasSameSizeAs(sparse.path("values")).isNotEmpty();
    JsonNode alone = facade.ask("/v1/sparse-embeddings", "{\"input\":\"Paris\"}");
    assertThat(names(alone.at("/data/0"))).containsExactly("index", "sparse");
    assertThat(alone.at("/data/0/sparse")).isEqualTo(sparse);
  }

  /** The old service's indices of two token ids, so that stored indexes stay good. */
  @Test
  void sparse_hashMode_hasTheIndicesOfBefore() {
    FacadeSettings settings = FakeModels.settings(Map.of("SPARSE_TOKEN_MAPPING", "hash"));
    assertThat(settings.sparseMapping()).isEqualTo("hash");
    SparseTokenMapper mapper = SparseTokenMapper.hash(settings.sparseIndexSpace());
    assertThat(mapper
            .map(SparseVector.of(new int[] {83, 4865}, new float[] {1, 2}))
            .indices())
        .containsExactly(594_659, 615_851);
  }
}
