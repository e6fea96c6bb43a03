package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(Lifecycle.PER_CLASS)
final class OpenApiTest {

  private RunningFacade facade;
  private JsonNode document;
  private OpenApi api;

  @SuppressWarnings("NullAway.Init") // Before all tests.
  OpenApiTest() {}

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    facade = new RunningFacade(folder, Map.of("MAX_TEXT_CHARS", "20", "MAX_BODY_BYTES", "4096"));
    facade.settled();
    document = new JsonMapper().readTree(facade.get("/openapi.json").body());
    api = new OpenApi(document);
  }

  @AfterAll
  void stop() {
    facade.close();
  }

  @Test
  void document_routes_areThoseOfTheServer() {
    Set<String> documented = new HashSet<>();
    document
        .path("paths")
        .properties()
        .forEach(path -> path.getValue()
            .fieldNames()
            .forEachRemaining(method -> documented.add(method + " " + path.getKey())));
    assertThat(documented).isEqualTo(served());
  }

  /** Without the files of the pages, and without HEAD, which goes with GET. */
  private static Set<String> served() {
    FacadeSettings settings = FacadeSettings.from(new Variables(Map.of(), Map.of()));
    Set<String> served = new HashSet<>();
    try (ModelHolder none = new ModelHolder(new NoModels())) {
      Facade.routes(settings, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), none)
          .methods()
          .forEach((path, methods) -> {
            if (!path.startsWith("/docs/") && !path.startsWith("/playground/")) {
              methods.stream()
                  .map(method -> method.toString().toLowerCase(Locale.ROOT))
                  .filter(method -> !method.equals("head"))
                  .forEach(method -> served.add(method + " " + path));
            }
          });
    }
    return served;
  }

  private static final class NoModels implements ModelLoader {

    @Override
    public TextModel embedder() {
      throw new IllegalStateException("there is none");
    }

    @Override
    public PairModel reranker() {
      throw new IllegalStateException("there is none");
    }

    @Override
    public void close() {}
  }

  @Test
  void document_references_allLeadSomewhere() {
    assertThat(document.path("openapi").textValue()).startsWith("3.1.");
    for (JsonNode reference : document.findParents("$ref")) {
      assertThat(api.resolve(reference).isObject()).isTrue();
    }
  }

  @Test
  void document_examplesOfAnswers_fitTheirSchemas() {
    int checked = 0;
    for (JsonNode content : document.findValues("application/json")) {
      if (content.has("example")) {
        api.check("example", content.get("example"), content.get("schema"));
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(5);
  }

  @Test
  void document_examplesOfRequests_areServed() throws Exception {
    int sent = 0;
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      JsonNode examples =
          path.getValue().at("/post/requestBody/content/application~1json/examples");
      for (JsonNode example : examples) {
        HttpResponse<String> response =
            facade.post(path.getKey(), example.path("value").toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        sent++;
      }
    }
    assertThat(sent).isEqualTo(29);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/embeddings        | 200 | {\"input\":[\"Paris\",\"aaaaaaaaaaaaaaaaaaaaaaaaaaa\"]}",
        "/v1/embeddings        | 200 | {\"input\":\"Paris\",\"encoding_format\":\"base64\"}",
        "/v1/embeddings        | 400 | {\"input\":\"\"}",
        "/v1/embeddings        | 400 | {\"input\":[\"a\",\"\"]}",
        "/v1/embeddings        | 422 | {\"input\":[\"a\",1]}",
        "/v1/embeddings        | 422 | {}",
        "/v1/embeddings        | 422 | {",
        "/v1/sparse-embeddings | 200 | {\"input\":[\"Paris\",\"Rome\"]}",
        "/v1/hybrid-embeddings | 200 | {\"input\":[\"Paris\",\"Rome\"]}",
        "/v1/rerank            | 200 | {\"query\":\"a\",\"documents\":[\"b\"]}",
        "/v1/rerank            | 422 | {\"query\":\"a\"}",
        "/v1/multi-vector-embeddings | 200 | {\"input\":\"a\",\"return_tokens\":true}",
        "/v1/hybrid-embeddings | 200 | {\"input\":\"Paris\",\"return_tokens\":true}",
        "/v1/embed             | 200 | {\"texts\":[\"a\"]}",
        "/v2/embed             | 200 | {\"texts\":[\"a\"],\"embedding_types\":[\"base64\",\"binary\"]}",
        "/v1/score             | 200 | {\"text_1\":\"a\",\"text_2\":\"b\"}",
        "/embed                | 200 | {\"inputs\":\"a\"}",
        "/                     | 200 | {\"inputs\":\"a\"}",
        "/embed                | 413 | {\"inputs\":[]}",
        "/embed                | 400 | {\"inputs\":\"\"}",
        "/embed_sparse         | 200 | {\"inputs\":\"Paris\"}",
        "/embed_all            | 200 | {\"inputs\":\"Paris\"}",
        "/rerank               | 200 | {\"query\":\"a\",\"texts\":[\"b\"]}",
        "/rerank               | 200 | {\"query\":\"a\",\"documents\":[\"b\"]}",
        "/tokenize             | 200 | {\"inputs\":\"Paris\"}",
        "/decode               | 200 | {\"ids\":[5]}",
      })
  void post_anything_answersExactlyTheDocumentedFields(String path, int status, String body)
      throws Exception {
    HttpResponse<String> response = facade.post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    api.check(path, new JsonMapper().readTree(response.body()), api.answer(path, "post", status));
  }

  @Test
  void rerank_withDocuments_answersExactlyTheDocumentedFields() throws Exception {
    String body = "{\"query\":\"a\",\"return_documents\":true,"
        + "\"documents\":[\"b\",{\"text\":\"c\",\"id\":7,\"meta\":{\"page\":1}}]}";
    JsonNode answer = facade.ask("/v1/rerank", body);
    // What id and meta hold is the caller's.
    assertThat(answer.findValues("page")).hasSize(1);
    answer.findParents("meta").stream()
        .filter(parent -> parent.has("text"))
        .forEach(parent -> ((ObjectNode) parent).put("meta", 1));
    api.check("/v1/rerank", answer, api.answer("/v1/rerank", "post", 200));
  }

  @ParameterizedTest
  @CsvSource({
    "/health, /health, 200",
    "/info, /info, 200",
    "/ready, /ready, 200",
    "/healthz, /healthz, 200",
    "/v1/models, /v1/models, 200",
    "/v1/models/bge-m3, /v1/models/{model}, 200",
    "/v1/models/none, /v1/models/{model}, 404",
  })
  void get_anything_answersExactlyTheDocumentedFields(String path, String documented, int status)
      throws Exception {
    HttpResponse<String> response = facade.get(path);
    assertThat(response.statusCode()).isEqualTo(status);
    JsonNode answer = new JsonMapper().readTree(response.body());
    api.check(path, answer, api.answer(documented, "get", status));
  }
}
