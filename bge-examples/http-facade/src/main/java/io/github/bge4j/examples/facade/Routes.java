package io.github.bge4j.examples.facade;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.undertow.server.HttpHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what answers a path, times it, and asks for the key where one is needed. */
final class Routes {

  private record Route(List<HttpString> methods, HttpHandler handler, Latency latency) {

    private String allow() {
      return methods.stream().map(HttpString::toString).collect(Collectors.joining(", "));
    }
  }

  private static final List<HttpString> GET = List.of(Methods.GET, Methods.HEAD);

  private final Map<String, Route> routes = new HashMap<>();
  private final FacadeSettings settings;
  private final PrometheusMeterRegistry registry;
  private final Latency unknown;

  Routes(FacadeSettings settings, PrometheusMeterRegistry registry) {
    this.settings = settings;
    this.registry = registry;
    unknown = new Latency(registry, "none");
  }

  Routes post(String path, Endpoint endpoint) {
    HttpHandler handler = new PostHandler(endpoint, settings.maxBodyBytes());
    return add(path, List.of(Methods.POST), withKey(handler));
  }

  Routes get(String path, Answer answer) {
    return add(path, GET, exchange -> Responder.send(exchange, 200, answer));
  }

  /** Adds what a key is needed for. */
  Routes getWithKey(String path, Answer answer) {
    return add(path, GET, withKey(exchange -> Responder.send(exchange, 200, answer)));
  }

  /** Adds what the registry counted. */
  Routes metrics(String path) {
    HttpHandler scrape = exchange -> {
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; version=0.0.4");
      exchange.getResponseSender().send(registry.scrape());
    };
    return add(path, GET, withKey(exchange -> exchange.dispatch(scrape)));
  }

  private Routes add(String path, List<HttpString> methods, HttpHandler handler) {
    routes.put(path, new Route(methods, handler, new Latency(registry, path)));
    return this;
  }

  /** Adds a file, which needs no key. */
  Routes page(String path, Page page) {
    return add(path, GET, page);
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
      Route route = route(exchange.getRequestPath());
      (route == null ? unknown : route.latency()).time(exchange);
      if (route == null) {
        Responder.fail(exchange, new ApiException(404, "not_found", null, "Not Found"));
      } else if (!route.methods().contains(exchange.getRequestMethod())) {
        exchange.getResponseHeaders().put(Headers.ALLOW, route.allow());
        Responder.fail(
            exchange, new ApiException(405, "method_not_allowed", null, "Method Not Allowed"));
      } else {
        route.handler().handleRequest(exchange);
      }
    };
  }

  /** A slash at the end means the same, except for pages, whose links are relative. */
  private @Nullable Route route(String path) {
    if (path.equals("/")) {
      return routes.get(path);
    }
    boolean slash = path.endsWith("/");
    Route route = routes.get(slash ? path.substring(0, path.length() - 1) : path);
    return slash && route != null && route.handler() instanceof Page ? null : route;
  }
}
