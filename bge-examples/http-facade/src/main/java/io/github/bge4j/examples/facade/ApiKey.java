package io.github.bge4j.examples.facade;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * Lets only requests pass that show the key, which is ASCII, as OpenAI's clients do, or as those of
 * Azure ({@code api-key}) and others ({@code x-api-key}); compares in constant time.
 */
final class ApiKey implements HttpHandler {

  private static final String SCHEME = "Bearer ";
  private static final List<HttpString> PLAIN =
      List.of(new HttpString("api-key"), new HttpString("x-api-key"));

  private final byte[] expected;
  private final HttpHandler next;

  ApiKey(String key, HttpHandler next) {
    this.expected = key.getBytes(StandardCharsets.UTF_8);
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    if (isShown(exchange.getRequestHeaders())) {
      next.handleRequest(exchange);
      return;
    }
    Responder.fail(
        exchange,
        new ApiException(
            401,
            "invalid_api_key",
            null,
            "send the service's API key as Authorization: Bearer, api-key or x-api-key"));
  }

  private boolean isShown(HeaderMap headers) {
    String authorization = headers.getFirst(Headers.AUTHORIZATION);
    if (authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && isKey(authorization.substring(SCHEME.length()))) {
      return true;
    }
    return PLAIN.stream().anyMatch(name -> headers.contains(name) && isKey(headers.getFirst(name)));
  }

  private boolean isKey(String shown) {
    return MessageDigest.isEqual(expected, shown.strip().getBytes(StandardCharsets.UTF_8));
  }
}
