package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP allows, and numbers that no type holds. */
final class HttpTest {

  private static final String PATH = "/v1/embeddings";
  private static final String BODY = "{\"input\":\"a\"}";

  private final RunningFacade facade = new FakeModels(
          (texts, options) -> CompletableFuture.completedFuture(List.of(FakeModels.vector(1))))
      .start(Map.of());

  @BeforeEach
  void load() throws Exception {
    facade.settled();
  }

  @AfterEach
  void close() {
    facade.close();
  }

  @Test
  void head_health_hasHeadersAndNoBody() throws Exception {
    try (RawClient client = new RawClient(facade.port())) {
      client.send("HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 200")
          .contains("application/json")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void path_withASlashAtTheEnd_isTheSameRoute() throws Exception {
    assertThat(facade.post(PATH + "/", BODY).statusCode()).isEqualTo(200);
    assertThat(facade.get("/health/").statusCode()).isEqualTo(200);
    assertThat(facade.get("/health//").statusCode()).isEqualTo(200);
  }

  /** What clients make of a base URL with a slash at its end, or with a version. */
  @ParameterizedTest
  @ValueSource(
      strings = {"//v1/embeddings", "/v1//embeddings", "/v1/v1/embeddings", "/v2/v1/embeddings"})
  void path_withADoubledPart_isTheSameRoute(String path) throws Exception {
    assertThat(facade.post(path, BODY).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/v1/v1", "/v3/v1/embeddings", "/v1embeddings", "/docs//"})
  void path_ofNothing_is404(String path) throws Exception {
    assertThat(facade.get(path).statusCode()).isEqualTo(404);
  }

  /** A browser would look for the page's files below it. */
  @Test
  void page_withASlashAtTheEnd_isNone() throws Exception {
    assertThat(facade.get("/docs/").statusCode()).isEqualTo(404);
  }

  @Test
  void put_health_isToldWhatIsAllowed() throws Exception {
    HttpResponse<String> response =
        facade.send(facade.request("/health").PUT(BodyPublishers.ofString("{}")));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
  }

  @Test
  void post_byteOrderMark_isSkipped() throws Exception {
    assertThat(facade.post(PATH, "\uFEFF" + BODY).statusCode()).isEqualTo(200);
  }

  @Test
  void post_emptyModel_countsAsNone() throws Exception {
    assertThat(
            facade.ask(PATH, "{\"input\":\"a\",\"model\":\"\"}").path("model").textValue())
        .isEqualTo("bge-m3");
  }

  @Test
  void post_expectingContinue_isAnswered() throws Exception {
    HttpResponse<String> response =
        facade.send(facade.request(PATH).expectContinue(true).POST(BodyPublishers.ofString(BODY)));
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "dimensions,1e400,422",
    "dimensions,1e300,400",
    "dimensions,99999999999999999999,400",
    "dimensions,-99999999999999999999,422",
    "dimensions,1.5,422",
    "dimensions,1.0,200",
    "dimensions,\"1\",200",
    "dimensions,\"0\",422",
    "dimensions,\"one\",422",
    "other,1e999999999,200"
  })
  void post_hugeNumber_isRefusedOrIgnored(String field, String number, int status)
      throws Exception {
    String body = "{\"input\":\"a\",\"" + field + "\":" + number + "}";
    assertThat(facade.post(PATH, body).statusCode()).isEqualTo(status);
  }

  @Test
  void post_numberOfManyDigits_is422() throws Exception {
    String body = "{\"input\":\"a\",\"dimensions\":" + "9".repeat(2_000) + "}";
    assertThat(facade.post(PATH, body).statusCode()).isEqualTo(422);
  }

  @Test
  void post_v2Rerank_isTheSameRoute() throws Exception {
    HttpResponse<String> response =
        facade.post("/v2/rerank", "{\"query\":\"a\",\"documents\":[],\"model\":\"m\"}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("documents must hold from 1 to 2048 texts");
  }

  @Test
  void metrics_afterRequests_timesThemByRouteAndStatus() throws Exception {
    facade.post(PATH, BODY);
    facade.post(PATH, BODY);
    facade.post(PATH, "{}");
    facade.get("/nowhere");
    String line = "bge_http_requests_seconds_count{route=";
    assertThat(facade.awaitMetric(line + "\"none\""))
        .contains(
            line + "\"/v1/embeddings\",status=\"200\"} 2",
            line + "\"/v1/embeddings\",status=\"422\"} 1",
            line + "\"none\",status=\"404\"} 1");
  }
}
