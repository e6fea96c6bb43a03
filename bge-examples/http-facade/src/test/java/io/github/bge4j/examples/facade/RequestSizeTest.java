package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are large, longer than allowed, or never come. */
final class RequestSizeTest {

  private static final String PATH = "/v1/embeddings";
  private static final int LIMIT = 100_000;
  private static final int CHUNK = 50_000;

  private RunningFacade facade = start(Map.of("MAX_BODY_BYTES", String.valueOf(LIMIT)));

  private static RunningFacade start(Map<String, String> variables) {
    return new FakeModels(
            (texts, options) -> CompletableFuture.completedFuture(List.of(FakeModels.vector(1))))
        .start(variables);
  }

  @AfterEach
  void close() {
    facade.close();
  }

  private static String head(String path, String... headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  private static String body(int bytes) {
    String json = "{\"input\":\"a\",\"user\":\"\"}";
    return json.replace("\"\"", "\"" + "x".repeat(bytes - json.length()) + "\"");
  }

  private static String chunked(String body) {
    StringBuilder chunks = new StringBuilder();
    for (int from = 0; from < body.length(); from += CHUNK) {
      String chunk = body.substring(from, Math.min(body.length(), from + CHUNK));
      chunks.append(Integer.toHexString(chunk.length())).append("\r\n").append(chunk);
      chunks.append("\r\n");
    }
    return chunks + "0\r\n\r\n";
  }

  @Test
  void post_bodyOfManyMegabytes_isReadUnlessTheLimitIsLower() throws Exception {
    facade.close();
    facade = start(Map.of());
    facade.settled();
    assertThat(facade.post(PATH, body(16 << 20)).statusCode()).isEqualTo(200);
    HttpResponse<String> above = facade.post(PATH, body((16 << 20) + 1));
    assertThat(above.statusCode()).isEqualTo(413);
    assertThat(above.body()).contains("larger than 16777216 bytes");
  }

  @ParameterizedTest
  @CsvSource({"100000,200", "100001,413"})
  void post_chunkedBody_isReadUpToTheLimit(int bytes, int status) throws Exception {
    facade.settled();
    try (RawClient client = new RawClient(facade.port())) {
      client.send(head(PATH, "Transfer-Encoding: chunked") + chunked(body(bytes)));
      assertThat(client.read()).startsWith("HTTP/1.1 " + status);
    }
  }

  /** The client reads only when it has sent everything, as many do. */
  @ParameterizedTest
  @ValueSource(strings = {"X-None: x", "Connection: close"})
  void post_farTooLarge_isAnsweredAndNotReset(String header) throws Exception {
    String body = body(20_000_000);
    try (RawClient client = new RawClient(facade.port())) {
      client.send(head(PATH, header, "Content-Length: " + body.length()) + body);
      assertThat(client.read()).startsWith("HTTP/1.1 413");
    }
    try (RawClient client = new RawClient(facade.port())) {
      client.send(head(PATH, header, "Transfer-Encoding: chunked") + chunked(body));
      assertThat(client.read()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void post_afterATooLargeOne_isServedOnTheSameConnection() throws Exception {
    facade.settled();
    try (RawClient client = new RawClient(facade.port())) {
      client.send(head(PATH, "Transfer-Encoding: chunked") + chunked(body(1_000_000)));
      client.send(RawClient.post(PATH, "{\"input\":\"a\"}"));
      assertThat(client.read()).startsWith("HTTP/1.1 413");
      assertThat(client.read()).startsWith("HTTP/1.1 200").contains("\"embedding\":[1.0]");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1_500_000_000, Integer.MAX_VALUE, 9_000_000_000L})
  void post_announcedLengthOverTheLimit_isRefusedBeforeItComes(long length) throws Exception {
    try (RawClient client = new RawClient(facade.port())) {
      client.send(head(PATH, "Content-Length: " + length));
      assertThat(client.read()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void post_brokenChunks_endsTheConnection() throws Exception {
    try (RawClient client = new RawClient(facade.port())) {
      client.send(head(PATH, "Transfer-Encoding: chunked") + "zz\r\n{}\r\n");
      assertThat(client.readAll()).doesNotContain("200");
    }
  }

  /** More than there are threads; each has its answer, and none of them waits for the body. */
  @Test
  void post_errorsBeforeTheBodyComes_holdNoThread() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        RawClient client = new RawClient(facade.port());
        clients.add(client);
        client.send(head("/nowhere", "Content-Length: 100"));
        assertThat(client.read()).startsWith("HTTP/1.1 404");
      }
      assertThat(facade.get("/metrics").statusCode()).isEqualTo(200);
      assertThat(facade.post(PATH, "{}").statusCode()).isEqualTo(422);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
