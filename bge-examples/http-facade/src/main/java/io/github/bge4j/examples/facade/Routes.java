package io.github.bge4j.examples.facade;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.undertow.server.HttpHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what answers a path, times it, and asks for the key where one is needed. */
final class Routes {

  /** What answers the methods of one path, in the order they were added. */
  private record Route(Map<HttpString, HttpHandler> handlers, Latency latency) {

    private String allow() {
      return handlers.keySet().stream().map(HttpString::toString).collect(Collectors.joining(", "));
    }

    private boolean isPage() {
      return handlers.get(Methods.GET) instanceof Page;
    }
  }

  /** What clients make of a base URL that ends in a slash, or in a version of its own. */
  private static final Pattern SLASHES = Pattern.compile("/{2,}");

  private static final Pattern VERSIONS = Pattern.compile("^(?:/v[12])+(?=/v[12]/)");

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
    return get(path, () -> answer);
  }

  /** Adds what is made anew for each request. */
  Routes get(String path, Supplier<Answer> maker) {
    return add(path, GET, exchange -> {
      Answer answer = maker.get();
      Responder.send(exchange, answer.status(), answer);
    });
  }

  /** Adds what a key is needed for. */
  Routes getWithKey(String path, Answer answer) {
    return add(path, GET, withKey(exchange -> Responder.send(exchange, 200, answer)));
  }

  /**
   * Adds all paths below one.
   *
   * @param path ends in a part in braces, in whose place the rest of a path stands
   * @param answer gives the answer to that rest, or throws an {@link ApiException}
   */
  Routes getBelow(String path, Function<String, Answer> answer) {
    String parent = parent(path);
    return add(path, GET, withKey(exchange -> {
      String rest = plain(exchange.getRequestPath()).substring(parent.length());
      try {
        Responder.send(exchange, 200, answer.apply(rest));
      } catch (ApiException e) {
        Responder.fail(exchange, e);
      }
    }));
  }

  private static String parent(String path) {
    return path.substring(0, path.indexOf('{'));
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
    Route route = routes.computeIfAbsent(
        path, added -> new Route(new LinkedHashMap<>(), new Latency(registry, added)));
    methods.forEach(method -> route.handlers().put(method, handler));
    return this;
  }

  /** Adds a file, which needs no key. */
  Routes page(String path, Page page) {
    return add(path, GET, page);
  }

  /** Returns the methods of each path. */
  Map<String, List<HttpString>> methods() {
    Map<String, List<HttpString>> methods = new HashMap<>();
    routes.forEach(
        (path, route) -> methods.put(path, List.copyOf(route.handlers().keySet())));
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
      HttpHandler handler =
          route == null ? null : route.handlers().get(exchange.getRequestMethod());
      if (route == null) {
        Responder.fail(exchange, new ApiException(404, "not_found", null, "Not Found"));
      } else if (handler == null) {
        exchange.getResponseHeaders().put(Headers.ALLOW, route.allow());
        Responder.fail(
            exchange, new ApiException(405, "method_not_allowed", null, "Method Not Allowed"));
      } else {
        handler.handleRequest(exchange);
      }
    };
  }

  private @Nullable Route route(String requested) {
    String path = plain(requested);
    Route route = routes.get(path);
    if (route != null) {
      // A page's links are relative, so that a slash at the end would lead elsewhere.
      boolean below = path.length() > 1 && requested.endsWith("/");
      return below && route.isPage() ? null : route;
    }
    return routes.entrySet().stream()
        .filter(it -> it.getKey().endsWith("}") && path.startsWith(parent(it.getKey())))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  /** Returns a path with single slashes, none at the end, and one version. */
  private static String plain(String path) {
    String plain = VERSIONS.matcher(SLASHES.matcher(path).replaceAll("/")).replaceFirst("");
    return plain.length() > 1 && plain.endsWith("/")
        ? plain.substring(0, plain.length() - 1)
        : plain;
  }
}
