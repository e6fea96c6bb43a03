package io.github.bge4j.examples.facade;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets only requests pass that show the key, which is ASCII; compares in constant time. */
final class ApiKey implements HttpHandler {

  private static final String SCHEME = "Bearer ";

  private final byte[] expected;
  private final HttpHandler next;

  ApiKey(String key, HttpHandler next) {
    this.expected = key.getBytes(StandardCharsets.UTF_8);
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    String shown = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    if (shown != null && shows(shown)) {
      next.handleRequest(exchange);
      return;
    }
    Responder.fail(
        exchange,
        new ApiException(
            401, "invalid_api_key", null, "send Authorization: Bearer with the service's API key"));
  }

  private boolean shows(String authorization) {
    return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(
            expected,
            authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
  }
}
