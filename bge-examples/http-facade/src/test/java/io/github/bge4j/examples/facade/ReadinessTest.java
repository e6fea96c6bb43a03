package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.testing.Waits;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What balancers and orchestrators ask. */
final class ReadinessTest {

  private static final String BODY = "{\"input\":\"a\"}";

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new JsonMapper().readTree(response.body());
  }

  /** It listens while it loads, so that its health can be asked; only ready means it serves. */
  @Test
  void ready_whileModelsLoad_is503ThatPasses() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    FakeModels models = new FakeModels(
        (texts, options) -> CompletableFuture.completedFuture(List.of(FakeModels.vector(1))));
    ModelLoader loading = new ModelLoader() {
      @Override
      public TextModel embedder() {
        return models;
      }

      @Override
      public PairModel reranker() {
        Waits.on(gate);
        return models.reranker();
      }

      @Override
      public void close() {}
    };
    try (RunningFacade facade = new RunningFacade(loading)) {
      Waits.until(() -> json(facade.get("/health")).path("embedder_loaded").booleanValue());
      HttpResponse<String> early = facade.get("/ready");
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.body())
          .isEqualTo("{\"ready\":false,\"permanent\":false,\"reasons\":[\"reranker is loading\"]}");
      assertThat(facade.get("/health").statusCode()).isEqualTo(200);
      assertThat(facade.get("/healthz").body()).isEqualTo("{\"status\":\"ok\"}");
      HttpResponse<String> tooEarly =
          facade.post("/v1/rerank", "{\"query\":\"a\",\"documents\":[\"b\"]}");
      assertThat(tooEarly.statusCode()).isEqualTo(503);
      assertThat(tooEarly.headers().firstValue("retry-after")).hasValue("1");
      gate.countDown();
      Waits.until(() -> facade.get("/ready").statusCode() == 200);
      assertThat(facade.get("/ready").body())
          .isEqualTo("{\"ready\":true,\"permanent\":false,\"reasons\":[]}");
    } finally {
      gate.countDown();
    }
  }

  /** Clients come back after a 503; here that would never be of use. */
  @Test
  void ready_settingThatDoesNotFitTheModel_is503ForGoodAndRequestsAreNotRetried(
      @TempDir Path folder) throws Exception {
    try (RunningFacade facade = new RunningFacade(folder, Map.of("EMBEDDING_SIZE", "1024"))) {
      facade.settled();
      HttpResponse<String> ready = facade.get("/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(json(ready).path("permanent").booleanValue()).isTrue();
      assertThat(json(ready).at("/reasons/0").textValue())
          .isEqualTo("embedder failed to load: EMBEDDING_SIZE must be the model's dimension 64: "
              + "1024; correct it or leave it unset");
      HttpResponse<String> response = facade.post("/v1/embeddings", BODY);
      assertThat(response.statusCode()).isEqualTo(424);
      assertThat(response.headers().firstValue("retry-after")).isEmpty();
      assertThat(json(response).at("/error/code").textValue()).isEqualTo("model_failed");
      assertThat(json(response).at("/error/type").textValue()).isEqualTo("server_error");
      assertThat(json(response).at("/error/message").textValue())
          .contains("EMBEDDING_SIZE must be", "start the service again");
    }
  }
}
