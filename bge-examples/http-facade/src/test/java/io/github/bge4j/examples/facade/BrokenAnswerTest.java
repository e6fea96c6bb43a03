package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.undertow.Undertow;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails while an answer is made never looks like an answer. */
final class BrokenAnswerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/embeddings | {\"input\":\"a\"}",
        "/v1/sparse-embeddings | {\"input\":\"a\"}",
        "/v1/hybrid-embeddings | {\"input\":\"a\"}",
        "/v1/rerank | {\"query\":\"a\",\"documents\":[\"b\"]}",
      })
  void post_vectorScoreOrMappingIsWrong_is500(String path, String body) throws Exception {
    FakeModels models = new FakeModels((texts, options) -> CompletableFuture.completedFuture(path)
        .thenApply(asked -> {
          if (asked.equals("/v1/embeddings")) {
            return List.of(FakeModels.vector(Float.NaN));
          }
          throw new IllegalStateException("no mapping here");
        }));
    try (RunningFacade facade = models.start(Map.of())) {
      facade.settled();
      HttpResponse<String> response = facade.post(path, body);
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).contains("\"code\":\"internal\"").doesNotContain("bug", "here");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 1_000_000})
  void post_writingFails_closesTheConnection(int written) throws Exception {
    Answer broken = json -> {
      json.writeStartArray();
      json.writeString("a".repeat(written));
      throw new IllegalStateException("half-way");
    };
    Routes routes = new Routes(
            FakeModels.settings(Map.of()), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
        .post("/broken", body -> CompletableFuture.completedFuture(broken));
    Undertow server = Undertow.builder()
        .addHttpListener(0, "127.0.0.1")
        .setHandler(routes.handler())
        .build();
    server.start();
    int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    try (RawClient client = new RawClient(port)) {
      client.send(RawClient.post("/broken", "{}"));
      String all = client.readAll();
      assertThat(all.contains("HTTP/1.1 200")).isEqualTo(written > 100_000);
      assertThat(all).doesNotContain("]", "\r\n0\r\n");
    } finally {
      server.stop();
    }
  }

  @Test
  void post_modelThrowsAnError_is500() throws Exception {
    FakeModels models = new FakeModels((texts, options) -> {
      throw new OutOfMemoryError("played");
    });
    try (RunningFacade facade = models.start(Map.of())) {
      facade.settled();
      assertThat(facade.post("/v1/embeddings", "{\"input\":\"a\"}").statusCode())
          .isEqualTo(500);
    }
  }

  @Test
  void post_clientThatDoesNotRead_losesItsConnection() throws Exception {
    FakeModels models = new FakeModels((texts, options) ->
        CompletableFuture.completedFuture(List.of(FakeModels.vector(new float[4_000_000]))));
    try (RunningFacade facade = models.start(Map.of("REQUEST_TIMEOUT_MS", "1"));
        RawClient client = new RawClient(facade.port())) {
      facade.settled();
      client.send(RawClient.post("/v1/embeddings", "{\"input\":\"a\"}"));
      facade.awaitMetric("route=\"/v1/embeddings\"");
      assertThat(client.readAll()).startsWith("HTTP/1.1 200").doesNotContain("]");
    }
  }
}
