package io.github.bge4j.examples.facade;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.undertow.server.HttpServerExchange;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times the requests of one route, one meter for each status. Thread-safe. */
final class Latency {

  private final Map<Integer, Timer> timers = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  private final String route;

  Latency(MeterRegistry registry, String route) {
    this.registry = registry;
    this.route = route;
  }

  /** Begins to time a request; the end of its answer ends it. */
  void time(HttpServerExchange exchange) {
    long start = System.nanoTime();
    exchange.addExchangeCompleteListener((done, next) -> {
      timers
          .computeIfAbsent(done.getStatusCode(), this::timer)
          .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      next.proceed();
    });
  }

  private Timer timer(int status) {
    return Timer.builder("bge.http.requests")
        .description("Requests, from the end of their headers to the end of the answer")
        .tag("route", route)
        .tag("status", String.valueOf(status))
        .register(registry);
  }
}
