package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.testing.Waits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Too much work, too little time, and the end of the service. */
final class OverloadTest {

  private static final String PATH = "/v1/embeddings";
  private static final String BODY = "{\"input\":\"a\"}";

  @Test
  void post_fullQueue_is429AndSaysWhenToComeBack() throws Exception {
    try (GatedRuns runs = new GatedRuns(1);
        RunningFacade facade = new FakeModels(runs::embed).start(Map.of())) {
      facade.settled();
      CompletableFuture<HttpResponse<String>> first = facade.postLater(PATH, BODY);
      runs.awaitQueued(1);
      HttpResponse<String> second = facade.post(PATH, BODY);
      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(second.headers().firstValue("retry-after")).hasValue("1");
      assertThat(second.headers().firstValue("retry-after-ms")).hasValue("1000");
      assertThat(second.body()).contains("\"code\":\"overloaded\"");
      runs.open();
      assertThat(first.join().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void post_stillQueuedAtTheDeadline_is504() throws Exception {
    try (GatedRuns runs = new GatedRuns(2);
        RunningFacade facade =
            new FakeModels(runs::embed).start(Map.of("REQUEST_TIMEOUT_MS", "1"))) {
      facade.settled();
      CompletableFuture<List<TextVectors>> before =
          runs.embed(List.of("b"), RequestOptions.query());
      runs.awaitStart();
      CompletableFuture<HttpResponse<String>> first = facade.postLater(PATH, BODY);
      // Its time may be over before it is seen in the queue.
      Waits.until(() -> first.isDone() || runs.queued() >= 2);
      long start = System.nanoTime();
      Waits.until(() -> System.nanoTime() - start >= 2_000_000);
      runs.open();
      assertThat(first.join().statusCode()).isEqualTo(504);
      assertThat(first.join().body()).contains("\"code\":\"deadline_exceeded\"");
      assertThat(before.join()).hasSize(1);
    }
  }

  @Test
  void close_withARequestAtWork_answersItAndRefusesOthers() throws Exception {
    try (GatedRuns runs = new GatedRuns(8)) {
      RunningFacade facade = new FakeModels(runs::embed).start(Map.of());
      facade.settled();
      CompletableFuture<HttpResponse<String>> accepted = facade.postLater(PATH, BODY);
      runs.awaitStart();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(facade::close);
      HttpResponse<String> refused = facade.get("/health");
      while (refused.statusCode() == 200) {
        refused = facade.get("/health");
      }
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("connection")).hasValue("close");
      assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
      assertThat(refused.body())
          .contains("\"code\":\"closing\"", "\"detail\":\"the service is shutting down");
      assertThat(closed).isNotDone();
      runs.open();
      assertThat(accepted.join().statusCode()).isEqualTo(200);
      closed.join();
    }
  }

  @Test
  void health_whileAndAfterLoading_saysWhatIsMissing() throws Exception {
    CountDownLatch embedder = new CountDownLatch(1);
    CountDownLatch reranker = new CountDownLatch(1);
    FakeModels models =
        new FakeModels((texts, options) -> CompletableFuture.failedFuture(new AssertionError()));
    ModelLoader loader = new ModelLoader() {
      @Override
      public TextModel embedder() {
        Waits.on(embedder);
        return models;
      }

      @Override
      public PairModel reranker() {
        Waits.on(reranker);
        throw new OutOfMemoryError("weights are too large");
      }

      @Override
      public void close() {}
    };
    try (RunningFacade facade =
        new RunningFacade(Facade.start(FakeModels.settings(Map.of()), loader))) {
      assertThat(facade.get("/health").body())
          .contains("\"status\":\"degraded\"", "\"embedder is loading\"");
      HttpResponse<String> early = facade.post(PATH, BODY);
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.body()).contains("Models are not loaded: embedder is loading");
      embedder.countDown();
      Waits.until(() -> !facade.get("/health").body().contains("embedder is loading"));
      assertThat(facade.get("/health").body()).contains("\"embedder_loaded\":true");
      reranker.countDown();
      assertThat(facade.settled().at("/reasons/0").textValue())
          .isEqualTo("reranker failed to load: java.lang.OutOfMemoryError: weights are too large");
    }
  }

  /** A download of some gigabytes, for example. */
  @Test
  void close_whileAModelLoads_interruptsItAndLoadsNoOther() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    AtomicBoolean other = new AtomicBoolean();
    ModelLoader loader = new ModelLoader() {
      @Override
      public TextModel embedder() {
        loading.countDown();
        Waits.on(new CountDownLatch(1));
        throw new AssertionError("it was not interrupted");
      }

      @Override
      public PairModel reranker() {
        other.set(true);
        throw new IllegalStateException("asked for nothing");
      }

      @Override
      public void close() {}
    };
    Facade facade = Facade.start(FakeModels.settings(Map.of()), loader);
    loading.await();
    facade.close();
    assertThat(other).isFalse();
  }

  @Test
  void start_busyPort_failsBeforeAModelLoads() throws Exception {
    FakeModels models = new FakeModels((texts, options) -> new CompletableFuture<>());
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(busy.getLocalPort());
      assertThatThrownBy(() -> models.start(Map.of("PORT", port)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "HOST and PORT must be a free address of this machine: 127.0.0.1:" + port + " (");
    }
    assertThat(models.loads).hasValue(0);
  }
}
