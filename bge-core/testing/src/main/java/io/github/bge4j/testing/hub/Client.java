package io.github.bge4j.testing.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Asks a hub, and follows no redirect. */
final class Client {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  Client(URI base) {
    this.base = base;
  }

  /** Headers are names and values in turn. */
  HttpResponse<byte[]> get(String target, String... headers)
      throws IOException, InterruptedException {
    return send("GET", target, headers);
  }

  HttpResponse<byte[]> head(String target, String... headers)
      throws IOException, InterruptedException {
    return send("HEAD", target, headers);
  }

  JsonElement json(String target) throws IOException, InterruptedException {
    return JsonParser.parseString(text(get(target)));
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** A target that is a whole URL is asked as it is. */
  HttpRequest request(String method, String target, String... headers) {
    URI uri = target.startsWith("http://") ? URI.create(target) : URI.create(base + target);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  HttpClient http() {
    return http;
  }

  private HttpResponse<byte[]> send(String method, String target, String... headers)
      throws IOException, InterruptedException {
    return http.send(request(method, target, headers), BodyHandlers.ofByteArray());
  }
}
