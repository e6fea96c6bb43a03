package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.testing.Waits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A service on the tiny checkpoints and a client of it. */
final class RunningFacade implements AutoCloseable {

  static final Path GOLDEN = Path.of("..", "..", "bge-core", "src", "test", "resources", "golden");

  private final Facade facade;
  private final HttpClient client = HttpClient.newHttpClient();

  RunningFacade(Path folder, Map<String, String> more) throws IOException {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("PORT", "0");
    environment.putIfAbsent("EMBEDDING_MODEL_NAME", GOLDEN.resolve("m3").toString());
    environment.putIfAbsent("RERANKER_MODEL_NAME", reranker(folder).toString());
    facade = Facade.start(environment, folder.resolve(".env"));
  }

  /** Starts a service with other models. */
  RunningFacade(ModelLoader loader) {
    FacadeSettings settings = FacadeSettings.from(new Variables(Map.of("PORT", "0"), Map.of()));
    facade = Facade.start(settings, loader);
  }

  /** Returns the address of a path, for clients. */
  String url(String path) {
    return "http://127.0.0.1:" + facade.port() + path;
  }

  /** Takes over a service that was started otherwise. */
  RunningFacade(Facade facade) {
    this.facade = facade;
  }

  int port() {
    return facade.port();
  }

  private static Path reranker(Path folder) throws IOException {
    Path reranker = Files.createDirectories(folder.resolve("reranker"));
    for (String file : List.of("config.json", "model.safetensors")) {
      copy(GOLDEN.resolve("reranker-label0").resolve(file), reranker);
    }
    copy(GOLDEN.resolve("m3").resolve("tokenizer.json"), reranker);
    return reranker;
  }

  private static void copy(Path file, Path folder) throws IOException {
    Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url(path)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return send(json(path, body));
  }

  CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
    return client.sendAsync(json(path, body).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder json(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  JsonNode ask(String path, String body) throws Exception {
    HttpResponse<String> response = post(path, body);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.body());
    }
    return new JsonMapper().readTree(response.body());
  }

  /** Waits until the metrics, which it returns, have this in them. */
  String awaitMetric(String text) throws Exception {
    Waits.until(() -> get("/metrics").body().contains(text));
    return get("/metrics").body();
  }

  /** Waits until no model loads any more. */
  JsonNode settled() throws Exception {
    Waits.until(() -> !get("/health").body().contains("is loading"));
    return new JsonMapper().readTree(get("/health").body());
  }

  @Override
  public void close() {
    facade.close();
  }
}
