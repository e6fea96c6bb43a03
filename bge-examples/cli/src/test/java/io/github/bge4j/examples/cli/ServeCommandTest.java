package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Waits;
import io.github.bge4j.testing.hub.Fault;
import io.github.bge4j.testing.hub.On;
import io.github.bge4j.testing.hub.Pace;
import io.github.bge4j.testing.hub.TestHub;
import io.github.bge4j.testing.hub.TestRepo;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service in a process of its own, with nothing but variables of the environment. */
final class ServeCommandTest {

  private static final Pattern RUNS =
      Pattern.compile("bge_batch_run_seconds_count\\{[^}]*\\} [1-9]");
  private static final URI NO_HUB = URI.create("http://127.0.0.1:1");
  private static final String LISTENING = "bge: listening on port ";

  @TempDir
  private Path home = Path.of("");

  private final HttpClient client = HttpClient.newHttpClient();

  private Process serve(URI hub, int port, Map<String, String> variables) throws IOException {
    ProcessBuilder builder = CliProcess.of(home, hub, "serve", "--port", String.valueOf(port))
        .redirectOutput(home.resolve("out").toFile());
    builder.environment().putAll(variables);
    return builder.start();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode health(URI service) throws Exception {
    HttpResponse<String> health = send(HttpRequest.newBuilder(service.resolve("/health")));
    assertThat(health.statusCode()).isEqualTo(200);
    return new JsonMapper().readTree(health.body());
  }

  private JsonNode settled(URI service) throws Exception {
    Waits.until(() -> !health(service).path("reasons").toString().contains("is loading"));
    return health(service);
  }

  private static HttpRequest post(URI service, String path, String body) {
    return HttpRequest.newBuilder(service.resolve(path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private JsonNode ask(URI service, String path, String body) throws Exception {
    HttpResponse<String> answer = client.send(post(service, path, body), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonMapper().readTree(answer.body());
  }

  @Test
  void serve_defaultModels_areFetchedFromTheHubAndAnswer() throws Exception {
    Path reranker = GoldenFiles.writeModel("reranker-label0", home.resolve("reranker"));
    try (TestHub hub = TestHub.start()
        .add(TestRepo.of("BAAI/bge-m3").folder(GoldenFiles.path("m3")))
        .add(TestRepo.of("BAAI/bge-reranker-v2-m3").folder(reranker))) {
      Process process = serve(hub.endpoint(), 0, Map.of());
      try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
        URI service = URI.create("http://127.0.0.1:" + port(err));
        assertThat(settled(service).path("status").textValue()).isEqualTo("ok");
        assertThat(ask(service, "/v1/embeddings", "{\"input\":\"Paris\"}").at("/data/0/embedding"))
            .hasSize(64);
        JsonNode ranked = ask(service, "/v1/rerank", "{\"query\":\"a\",\"documents\":[\"b\"]}");
        assertThat(ranked.path("model").textValue()).isEqualTo("BAAI/bge-reranker-v2-m3");
      } finally {
        process.destroy();
        process.waitFor();
      }
    }
  }

  @Test
  void serve_toldToEnd_answersWhatItAccepted() throws Exception {
    Process process = serve(
        NO_HUB,
        0,
        Map.of(
            "EMBEDDING_MODEL_NAME",
            GoldenFiles.path("m3").toString(),
            "RERANKER_MODEL_NAME",
            home.toString()));
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      URI service = URI.create("http://127.0.0.1:" + port(err));
      assertThat(settled(service).path("embedder_loaded").booleanValue()).isTrue();
      String text = "\"" + "a town ".repeat(1_200) + "\",";
      String body = "{\"input\":[" + text.repeat(63) + "\"end\"]}";
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(post(service, "/v1/embeddings", body), BodyHandlers.ofString());
      Waits.until(() -> answer.isDone() || RUNS.matcher(metrics(service)).find());
      assertThat(answer).as("is answered after the end was told").isNotDone();
      process.destroy();
      assertThat(answer.join().statusCode()).isEqualTo(200);
      assertThat(new JsonMapper().readTree(answer.join().body()).path("data")).hasSize(64);
      assertThat(process.waitFor()).isEqualTo(128 + 15);
    }
  }

  @Test
  void serve_toldToEndWhileItDownloads_doesNotWait() throws Exception {
    // Eight bytes a millisecond: the whole would take four minutes.
    CountDownLatch never = new CountDownLatch(1);
    Pace slow = sent -> never.await(1, TimeUnit.MILLISECONDS);
    try (TestHub hub = TestHub.start()
        .add(TestRepo.of("BAAI/bge-m3").folder(GoldenFiles.path("m3")))
        .always(On.storage("model.safetensors"), Fault.trickle(8, slow))) {
      Process process = serve(hub.endpoint(), 0, Map.of());
      try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
        port(err);
        Waits.until(() -> hub.bytesSent("model.safetensors") >= 1_000);
        process.destroy();
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private String metrics(URI service) throws Exception {
    return send(HttpRequest.newBuilder(service.resolve("/metrics"))).body();
  }

  private static String port(BufferedReader err) throws IOException {
    String line = Objects.requireNonNull(err.readLine());
    while (!line.startsWith(LISTENING)) {
      line = Objects.requireNonNull(err.readLine(), "the service ended before it listened");
    }
    return line.substring(LISTENING.length());
  }

  @Test
  void serve_busyPort_isOneLineAndExitCode2() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process = serve(NO_HUB, busy.getLocalPort(), Map.of());
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isEqualTo(2);
      assertThat(err)
          .contains("bge: HOST and PORT must be a free address of this machine: 127.0.0.1:"
              + busy.getLocalPort() + " (")
          .doesNotContain("loaded", "Exception");
    }
  }

  @Test
  void serve_modelFolderThatIsNotThere_isOneLineAndExitCode2() throws Exception {
    Process process = serve(NO_HUB, 0, Map.of("EMBEDDING_MODEL_NAME", "/no/such/folder"));
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(err)
        .contains(
            "bge: EMBEDDING_MODEL_NAME must be bundled, a model directory, or an id of the hub"
                + " such as BAAI/bge-m3: there is no directory /no/such/folder; correct it")
        .doesNotContain("listening", "Exception");
  }
}
