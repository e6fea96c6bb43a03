package io.github.bge4j.examples.facade;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets only requests pass that show the key; compares in constant time. */
final class ApiKey implements HttpHandler {

  private final byte[] expected;
  private final HttpHandler next;

  ApiKey(String key, HttpHandler next) {
    this.expected = ("Bearer " + key).getBytes(StandardCharsets.UTF_8);
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    String shown = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    byte[] given = (shown == null ? "" : shown).getBytes(StandardCharsets.UTF_8);
    if (MessageDigest.isEqual(expected, given)) {
      next.handleRequest(exchange);
      return;
    }
    exchange.dispatch(() -> Responder.fail(
        exchange,
        new ApiException(
            401,
            "invalid_api_key",
            null,
            "send Authorization: Bearer with the service's API key")));
  }
}
