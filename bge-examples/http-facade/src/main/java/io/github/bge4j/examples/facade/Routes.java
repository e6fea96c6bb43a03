package io.github.bge4j.examples.facade;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Finds what answers a path, times it, and asks for the key where one is needed. */
final class Routes {

  private record Route(List<HttpString> methods, HttpHandler handler) {}

  private final Map<String, Route> routes = new HashMap<>();
  private final FacadeSettings settings;
  private final PrometheusMeterRegistry registry;

  /** Adds {@code /metrics}. */
  Routes(FacadeSettings settings, PrometheusMeterRegistry registry) {
    this.settings = settings;
    this.registry = registry;
    HttpHandler scrape = exchange -> {
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; version=0.0.4");
      exchange.getResponseSender().send(registry.scrape());
    };
    routes.put("/metrics", new Route(List.of(Methods.GET, Methods.HEAD), withKey(scrape)));
  }

  Routes post(String path, Endpoint endpoint) {
    HttpHandler handler = new PostHandler(endpoint, settings.maxBodyBytes());
    routes.put(path, new Route(List.of(Methods.POST), withKey(handler)));
    return this;
  }

  Routes get(String path, Answer answer) {
    HttpHandler handler =
        exchange -> exchange.dispatch(() -> Responder.send(exchange, 200, answer));
    routes.put(path, new Route(List.of(Methods.GET, Methods.HEAD), handler));
    return this;
  }

  /** Adds a file, which needs no key. */
  Routes page(String path, Page page) {
    routes.put(path, new Route(List.of(Methods.GET, Methods.HEAD), page));
    return this;
  }

  /** Returns the methods of each path. */
  Map<String, List<HttpString>> methods() {
    Map<String, List<HttpString>> methods = new HashMap<>();
    routes.forEach((path, route) -> methods.put(path, route.methods()));
    return methods;
  }

  private HttpHandler withKey(HttpHandler handler) {
    String key = settings.apiKey();
    return key == null ? handler : new ApiKey(key, handler);
  }

  HttpHandler handler() {
    return exchange -> {
      Route route = routes.get(exchange.getRequestPath());
      time(exchange, route == null ? "none" : exchange.getRequestPath());
      if (route == null) {
        fail(exchange, new ApiException(404, "not_found", null, "Not Found"));
      } else if (!route.methods().contains(exchange.getRequestMethod())) {
        exchange.getResponseHeaders().put(Headers.ALLOW, route.methods().get(0).toString());
        fail(exchange, new ApiException(405, "method_not_allowed", null, "Method Not Allowed"));
      } else {
        route.handler().handleRequest(exchange);
      }
    };
  }

  private static void fail(HttpServerExchange exchange, ApiException error) {
    exchange.dispatch(() -> Responder.fail(exchange, error));
  }

  private void time(HttpServerExchange exchange, String route) {
    long start = System.nanoTime();
    exchange.addExchangeCompleteListener((done, next) -> {
      Timer.builder("bge.http.requests")
          .description("Requests, from the end of their headers to the end of the answer")
          .tag("route", route)
          .tag("status", String.valueOf(done.getStatusCode()))
          .register(registry)
          .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      next.proceed();
    });
  }
}
