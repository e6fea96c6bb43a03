package io.github.bge4j.examples.facade;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads a request's body, lets an endpoint answer it, and writes the answer when it is there. */
final class PostHandler implements HttpHandler {

  private final Endpoint endpoint;
  private final int maxBodyBytes;

  PostHandler(Endpoint endpoint, int maxBodyBytes) {
    this.endpoint = endpoint;
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (!isJson(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE))) {
      Responder.fail(
          exchange,
          new ApiException(415, "content_type", null, "the Content-Type must be application/json"));
      return;
    }
    ContentCoding coding;
    try {
      coding = ContentCoding.of(exchange.getRequestHeaders().get(Headers.CONTENT_ENCODING));
    } catch (ApiException e) {
      exchange.getResponseHeaders().put(Headers.ACCEPT_ENCODING, ContentCoding.ACCEPTED);
      Responder.fail(exchange, e);
      return;
    }
    BodyReader.read(exchange, maxBodyBytes, body -> {
      ClientWatch client = ClientWatch.of(exchange);
      exchange.dispatch(() -> answer(exchange, coding, body, client));
    });
  }

  private static boolean isJson(@Nullable String type) {
    if (type == null) {
      return true;
    }
    String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return media.equals("application/json") || media.endsWith("+json");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Everything ends in the exchange.
  private void answer(
      HttpServerExchange exchange, ContentCoding coding, byte[] body, ClientWatch client) {
    CompletableFuture<? extends Answer> future;
    try {
      future = endpoint.answer(RequestBody.parse(coding.unpack(body, maxBodyBytes)));
    } catch (Throwable e) {
      // Nobody else would answer, whatever it is.
      Responder.fail(exchange, e);
      return;
    }
    if (future.isDone()) {
      future.whenComplete((answer, failure) -> finish(exchange, answer, failure));
    } else {
      client.works(future);
      future.whenCompleteAsync(
          (answer, failure) -> finish(exchange, answer, failure),
          exchange.getConnection().getWorker());
    }
  }

  private static void finish(
      HttpServerExchange exchange, @Nullable Answer answer, @Nullable Throwable failure) {
    if (answer != null) {
      Responder.stream(exchange, answer);
    } else if (!(failure instanceof CancellationException)
        || exchange.getConnection().isOpen()) {
      Responder.fail(exchange, failure == null ? new IllegalStateException("no answer") : failure);
    }
  }
}
