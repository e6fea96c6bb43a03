package io.github.bge4j.testing.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault, as a client sees it. */
class FaultTest {

  private static final String RESOLVE = "/" + Models.ID + "/resolve/main/" + Models.WEIGHTS;
  private static final byte[] WEIGHTS = Models.weights(1);
  private static final Predicate<HubRequest> STORAGE = On.storage(Models.WEIGHTS);

  private final TestHub hub = TestHub.start().add(Models.tiny(Models.ID));
  private final Client client = new Client(hub.endpoint());
  private String url = "";

  @BeforeEach
  void askForUrl() throws Exception {
    url = Client.header(client.head(RESOLVE), "Location");
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void dropConnection_answer_hasNoStatus() throws Exception {
    hub.faults(STORAGE, Fault.dropConnection(), Fault.dropConnection());
    assertThatThrownBy(() -> client.get(url)).isInstanceOf(IOException.class);
    assertThat(hub.requests().get(1).status()).isZero();
  }

  @Test
  void cutAfter_body_endsThere() throws Exception {
    hub.always(STORAGE, Fault.cutAfter(12_345));
    assertThat(partOf(url)).isEqualTo(Arrays.copyOf(WEIGHTS, 12_345));
    assertThat(hub.bytesSent(Models.WEIGHTS)).isEqualTo(12_345);
  }

  @Test
  void truncateAtRandom_resuming_comesToAnEnd() throws Exception {
    hub.always(STORAGE, Fault.truncateAtRandom(7));
    byte[] whole = new byte[WEIGHTS.length];
    int have = 0;
    int attempts = 0;
    while (have < whole.length) {
      byte[] part = partOf(url, "Range", "bytes=" + have + "-");
      System.arraycopy(part, 0, whole, have, part.length);
      have += part.length;
      attempts++;
    }
    assertThat(whole).isEqualTo(WEIGHTS);
    assertThat(attempts).isGreaterThan(3);
    assertThat(hub.bytesSent(Models.WEIGHTS)).isEqualTo(WEIGHTS.length);
  }

  @Test
  void trickle_permits_releaseOnePieceEach() throws Exception {
    Semaphore permits = new Semaphore(0);
    hub.always(STORAGE, Fault.trickle(10, sent -> permits.acquire()));
    try (InputStream body = open(url)) {
      permits.release(2);
      assertThat(body.readNBytes(20)).isEqualTo(Arrays.copyOf(WEIGHTS, 20));
      assertThat(hub.bytesSent(Models.WEIGHTS)).isEqualTo(20);
      assertThat(body.available()).isZero();
    }
  }

  @Test
  void waitAfter_openGate_sendsTheRest() throws Exception {
    Gate gate = new Gate();
    hub.always(STORAGE, Fault.waitAfter(33_333, gate));
    try (InputStream body = open(url)) {
      gate.awaitArrival();
      assertThat(hub.bytesSent(Models.WEIGHTS)).isEqualTo(33_333);
      assertThat(body.readNBytes(33_333)).isEqualTo(Arrays.copyOf(WEIGHTS, 33_333));
      gate.open();
      assertThat(body.readAllBytes()).hasSize(WEIGHTS.length - 33_333);
    }
  }

  @Test
  void waitAfter_closedHub_endsTheStall() throws Exception {
    Gate gate = new Gate();
    hub.always(STORAGE, Fault.waitAfter(0, gate));
    HttpRequest request = client.request("GET", url);
    CompletableFuture<HttpResponse<byte[]>> stalled =
        client.http().sendAsync(request, BodyHandlers.ofByteArray());
    gate.awaitArrival();
    hub.close();
    assertThatThrownBy(stalled::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void wrongBytes_firstAnswers_haveTheRightLength() throws Exception {
    hub.faults(STORAGE, Fault.wrongBytes(), Fault.wrongBytes());
    assertThat(client.get(url).body()).hasSameSizeAs(WEIGHTS).isNotEqualTo(WEIGHTS);
    assertThat(client.get(url).body()).hasSameSizeAs(WEIGHTS).isNotEqualTo(WEIGHTS);
    assertThat(client.get(url).body()).isEqualTo(WEIGHTS);
  }

  @Test
  void contentLength_wrong_isDeclared() throws Exception {
    hub.faults(STORAGE, Fault.contentLength(-10), Fault.contentLength(10), Fault.contentLength(10));
    assertThat(client.get(url).body()).isEqualTo(Arrays.copyOf(WEIGHTS, WEIGHTS.length - 10));
    assertThat(partOf(url)).isEqualTo(WEIGHTS);
    assertThat(Client.header(client.head(url), "Content-Length")).isEqualTo("100010");
  }

  @Test
  void ignoreRange_answer_isEverything() throws Exception {
    hub.faults(STORAGE, Fault.ignoreRange());
    HttpResponse<byte[]> response = client.get(url, "Range", "bytes=50-");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(WEIGHTS);
  }

  @Test
  void etag_changedBetweenParts_makesIfRangeFail() throws Exception {
    hub.faults(STORAGE, Fault.none(), Fault.etag("new"), Fault.etag("new"));
    String etag = Client.header(client.get(url, "Range", "bytes=0-9"), "ETag");
    HttpResponse<byte[]> part = client.get(url, "Range", "bytes=10-19");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(Client.header(part, "ETag")).isEqualTo("\"new\"").isNotEqualTo(etag);
    part = client.get(url, "Range", "bytes=10-19", "If-Range", etag);
    assertThat(part.statusCode()).isEqualTo(200);
  }

  @Test
  void tooManyRequests_twice_saysWhenToRetry() throws Exception {
    hub.faults(On.resolve(Models.WEIGHTS), Fault.tooManyRequests(7), Fault.tooManyRequests(7));
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> response = client.get(RESOLVE);
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(Client.header(response, "Retry-After")).isEqualTo("7");
      assertThat(Client.header(response, "RateLimit")).isEqualTo("\"resolvers\";r=0;t=7");
      assertThat(response.headers().firstValue("X-Repo-Commit")).isEmpty();
    }
    assertThat(client.get(RESOLVE).statusCode()).isEqualTo(302);
  }

  @Test
  void status_always_lastsUntilCleared() throws Exception {
    hub.always(On.hub(), Fault.status(503, "busy"));
    assertThat(client.get(RESOLVE).statusCode()).isEqualTo(503);
    assertThat(client.get(RESOLVE).statusCode()).isEqualTo(503);
    assertThat(client.get(url).statusCode()).isEqualTo(200);
    hub.clearFaults();
    assertThat(client.get(RESOLVE).statusCode()).isEqualTo(302);
  }

  @Test
  void expiredUrl_once_isRefused() throws Exception {
    hub.faults(STORAGE, Fault.expiredUrl());
    assertThat(client.get(url).statusCode()).isEqualTo(403);
    assertThat(client.get(url).statusCode()).isEqualTo(200);
  }

  @Test
  void redirectLoop_request_leadsToItself() throws Exception {
    hub.always(On.resolve(Models.WEIGHTS), Fault.redirectLoop());
    HttpResponse<byte[]> response = client.get(RESOLVE);
    assertThat(response.statusCode()).isEqualTo(302);
    assertThat(Client.header(response, "Location")).isEqualTo(RESOLVE);
  }

  @Test
  void redirectTo_thirdHost_servesTheSameFile() throws Exception {
    try (TestHub third = TestHub.start().add(Models.tiny(Models.ID))) {
      hub.always(STORAGE, Fault.redirectTo(third.storage()));
      String location = Client.header(client.get(url), "Location");
      assertThat(location).startsWith(third.storage() + "/");
      assertThat(client.get(location).body()).isEqualTo(WEIGHTS);
      assertThat(third.bytesSent(Models.WEIGHTS)).isEqualTo(WEIGHTS.length);
    }
  }

  @Test
  void and_twoFaults_strikeTheSameAnswer() throws Exception {
    hub.faults(
        STORAGE, Fault.wrongBytes().and(Fault.cutAfter(3)).and(Fault.contentLength(-99_998)));
    byte[] body = client.get(url).body();
    assertThat(body).hasSize(2);
    assertThat(body[0]).isNotEqualTo(WEIGHTS[0]);
    assertThat(body[1]).isEqualTo(WEIGHTS[1]);
  }

  private InputStream open(String target) throws IOException, InterruptedException {
    return client
        .http()
        .send(client.request("GET", target), BodyHandlers.ofInputStream())
        .body();
  }

  /**
   * Reads until the connection is closed, early or not. {@code HttpClient} would report the end
   * before it hands out the last bytes that came.
   */
  private static byte[] partOf(String target, String... headers) throws IOException {
    byte[] bytes = new byte[WEIGHTS.length];
    int have = 0;
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(target).toURL().openConnection();
    for (int i = 0; i < headers.length; i += 2) {
      connection.setRequestProperty(headers[i], headers[i + 1]);
    }
    try (InputStream body = connection.getInputStream()) {
      for (int read = body.read(bytes, 0, bytes.length);
          read > 0;
          read = body.read(bytes, have, bytes.length - have)) {
        have += read;
      }
    } catch (IOException e) {
      assertThat(e).hasMessage("Premature EOF");
    }
    return Arrays.copyOf(bytes, have);
  }
}
