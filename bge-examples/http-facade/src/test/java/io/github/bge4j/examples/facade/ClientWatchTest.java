package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that go away, and those that only look as if they did. */
final class ClientWatchTest {

  private static final String POST = RawClient.post("/v1/embeddings", "{\"input\":\"a\"}");

  private final BlockingQueue<CompletableFuture<List<TextVectors>>> works =
      new LinkedBlockingQueue<>();
  private final RunningFacade facade = new FakeModels((texts, options) -> {
        CompletableFuture<List<TextVectors>> work = new CompletableFuture<>();
        works.add(work);
        return work;
      })
      .start(Map.of());

  @BeforeEach
  void load() throws Exception {
    facade.settled();
  }

  @AfterEach
  void close() {
    facade.close();
  }

  private void finishNext() throws InterruptedException {
    works.take().complete(List.of(FakeModels.vector(1)));
  }

  @Test
  void post_clientGone_cancelsItsWork() throws Exception {
    CompletableFuture<List<TextVectors>> work;
    try (RawClient client = new RawClient(facade.port())) {
      client.send(POST);
      work = works.take();
      assertThat(work).isNotDone();
    }
    assertThatThrownBy(work::join).isInstanceOf(CancellationException.class);
    facade.awaitMetric(
        "bge_http_requests_seconds_count{route=\"/v1/embeddings\",status=\"499\"} 1");
  }

  @Test
  void post_clientGoneAtItsSecondRequest_cancelsThatWork() throws Exception {
    CompletableFuture<List<TextVectors>> work;
    try (RawClient client = new RawClient(facade.port())) {
      client.send(POST);
      finishNext();
      assertThat(client.read()).startsWith("HTTP/1.1 200");
      client.send(POST);
      work = works.take();
    }
    assertThatThrownBy(work::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void post_nextRequestBeforeTheAnswer_answersBothInOrder() throws Exception {
    try (RawClient client = new RawClient(facade.port())) {
      for (int i = 0; i < 20; i++) {
        client.send(POST);
        CompletableFuture<List<TextVectors>> work = works.take();
        client.send(POST.substring(0, 1));
        client.send(POST.substring(1));
        work.complete(List.of(FakeModels.vector(1)));
        finishNext();
        assertThat(client.read()).startsWith("HTTP/1.1 200").contains("[1.0]");
        assertThat(client.read()).startsWith("HTTP/1.1 200").contains("[1.0]");
      }
    }
  }

  @Test
  void post_threeRequestsAtOnce_answersAll() throws Exception {
    try (RawClient client = new RawClient(facade.port())) {
      client.send(POST + POST + POST);
      for (int i = 0; i < 3; i++) {
        finishNext();
        assertThat(client.read()).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void post_manyRequestsOnOneConnection_answersAll() throws Exception {
    try (RawClient client = new RawClient(facade.port())) {
      for (int i = 0; i < 500; i++) {
        client.send(POST);
        finishNext();
        assertThat(client.read()).startsWith("HTTP/1.1 200");
      }
    }
  }
}
