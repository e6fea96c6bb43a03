package io.github.bge4j.testing.hub;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What happens to each request: recorded, answered, spoilt, sent. Thread-safe. */
final class Exchanges {

  private final List<HubRequest> requests;
  private final FaultRules faults;
  private final Sender sender;

  Exchanges(List<HubRequest> requests, FaultRules faults, Sender sender) {
    this.requests = requests;
    this.faults = faults;
    this.sender = sender;
  }

  /** A client that goes away is no error: an exchange closed early closes its connection. */
  void handle(HttpExchange exchange, Site site) throws IOException {
    try (exchange) {
      URI uri = exchange.getRequestURI();
      Route route = site.route(uri);
      HubRequest request = new HubRequest(
          route.kind(),
          route.kind() == RequestKind.TREE ? "" : route.path(),
          exchange.getRequestMethod(),
          uri.toString(),
          headers(exchange));
      requests.add(request);
      Answer answer = site.answer(route, request, uri);
      faults.strike(request, answer);
      sender.send(exchange, request, answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<String, List<String>> headers(HttpExchange exchange) {
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    return Collections.unmodifiableMap(headers);
  }
}
