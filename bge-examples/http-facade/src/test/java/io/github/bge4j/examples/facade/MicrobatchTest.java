package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Waits;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts of several requests on the tiny BGE-M3, with every worker held at first. */
final class MicrobatchTest {

  private static final String PATH = "/v1/embeddings";
  private static final String BODY = "{\"input\":\"a\"}";

  @ParameterizedTest
  @CsvSource({"true,2", "false,1"})
  void post_twoRequestsWaiting_shareARunIfEnabled(String enabled, int largest) throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    ConcurrentLinkedQueue<BatchReport> runs = new ConcurrentLinkedQueue<>();
    BatchListener holdingWorkers = new BatchListener() {
      @Override
      public void batchRan(BatchReport report) {
        runs.add(report);
        Waits.on(gate);
      }
    };
    FacadeSettings settings = FakeModels.settings(Map.of(
        "EMBEDDING_MICROBATCH_ENABLED",
        enabled,
        "EMBEDDING_MODEL_NAME",
        GoldenFiles.path("m3").toString(),
        "RERANKER_MODEL_NAME",
        "bundled"));
    BgeModelLoader loader = new BgeModelLoader(settings, holdingWorkers);
    int workers = loader.executor().workers();
    try (RunningFacade facade = new RunningFacade(Facade.start(settings, loader))) {
      facade.settled();
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 1; i <= workers; i++) {
        answers.add(facade.postLater(PATH, BODY));
        int started = i;
        Waits.until(() -> runs.size() >= started);
      }
      // Answers are out before a run is reported; only then do all texts in the queue wait.
      answers.forEach(CompletableFuture::join);
      answers.add(facade.postLater(PATH, BODY));
      answers.add(facade.postLater(PATH, BODY));
      Waits.until(() -> loader.executor().queuedItems(Lane.QUERY) == 2);
      gate.countDown();
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.join().statusCode()).isEqualTo(200);
      }
      assertThat(runs).extracting(BatchReport::items).contains(largest).allMatch(n -> n <= largest);
    } finally {
      gate.countDown();
    }
  }
}
