package io.github.bge4j.examples.facade;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.List;

/**
 * Lets pages of other origins read answers, errors included, and answers what their browsers ask
 * beforehand. Without credentials: a key is a header here, never a cookie. Thread-safe.
 */
final class Cors implements HttpHandler {

  private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
  private static final HttpString ALLOW_METHODS = new HttpString("Access-Control-Allow-Methods");
  private static final HttpString ALLOW_HEADERS = new HttpString("Access-Control-Allow-Headers");
  private static final HttpString EXPOSE_HEADERS = new HttpString("Access-Control-Expose-Headers");
  private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");
  private static final HttpString ASKED_METHOD = new HttpString("Access-Control-Request-Method");
  private static final HttpString ASKED_HEADERS = new HttpString("Access-Control-Request-Headers");

  /** How long a browser need not ask again. */
  private static final int MAX_AGE_SECONDS = 3_600;

  private final List<String> origins;
  private final HttpHandler next;

  /**
   * Makes the handler.
   *
   * @param origins {@code *} for any; none if no other origin may read
   */
  Cors(List<String> origins, HttpHandler next) {
    this.origins = List.copyOf(origins);
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    if (origins.isEmpty()) {
      next.handleRequest(exchange);
      return;
    }
    HeaderMap answer = exchange.getResponseHeaders();
    // Caches must not give one origin the answer to another.
    answer.add(Headers.VARY, "Origin");
    String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
    if (origin == null || !isAllowed(origin)) {
      next.handleRequest(exchange);
      return;
    }
    answer.put(ALLOW_ORIGIN, origin);
    if (exchange.getRequestMethod().equals(Methods.OPTIONS)
        && exchange.getRequestHeaders().contains(ASKED_METHOD)) {
      allow(exchange);
      return;
    }
    answer.put(EXPOSE_HEADERS, "retry-after, retry-after-ms, x-bge-truncated-texts");
    next.handleRequest(exchange);
  }

  private boolean isAllowed(String origin) {
    return origins.stream().anyMatch(it -> it.equals("*") || it.equalsIgnoreCase(origin));
  }

  /** All headers are allowed, as clients send many of their own, and a key needs to be named. */
  private static void allow(HttpServerExchange exchange) {
    HeaderMap answer = exchange.getResponseHeaders();
    answer.put(ALLOW_METHODS, "GET, HEAD, POST");
    String asked = exchange.getRequestHeaders().getFirst(ASKED_HEADERS);
    if (asked != null) {
      answer.put(ALLOW_HEADERS, asked);
    }
    answer.put(MAX_AGE, MAX_AGE_SECONDS);
    exchange.setStatusCode(StatusCodes.NO_CONTENT).endExchange();
  }
}
