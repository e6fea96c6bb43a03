package io.github.bge4j.examples.facade;

import io.undertow.io.Receiver;
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
      reject(
          exchange,
          new ApiException(415, "content_type", null, "the Content-Type must be application/json"));
      return;
    }
    Receiver receiver = exchange.getRequestReceiver();
    receiver.setMaxBufferSize(maxBodyBytes);
    receiver.receiveFullBytes(
        (received, body) -> {
          ClientWatch client = ClientWatch.of(received);
          received.dispatch(() -> answer(received, body, client));
        },
        (received, problem) -> {
          // The rest of the body is not read, so the connection cannot be used again.
          received.setPersistent(false);
          reject(
              received,
              tooLarge(problem)
                  ? new ApiException(
                      413,
                      "body_too_large",
                      null,
                      "the body must not be larger than " + maxBodyBytes
                          + " bytes (MAX_BODY_BYTES); send several requests")
                  : ApiException.value("body", null, "the body could not be read"));
        });
  }

  private static boolean tooLarge(Exception problem) {
    return problem instanceof Receiver.RequestToLargeException
        || problem instanceof io.undertow.server.RequestTooBigException;
  }

  private static void reject(HttpServerExchange exchange, ApiException error) {
    exchange.dispatch(() -> Responder.fail(exchange, error));
  }

  private static boolean isJson(@Nullable String type) {
    if (type == null) {
      return true;
    }
    String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return media.equals("application/json") || media.endsWith("+json");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Everything ends in the exchange.
  private void answer(HttpServerExchange exchange, byte[] body, ClientWatch client) {
    CompletableFuture<? extends Answer> future;
    try {
      future = endpoint.answer(RequestBody.parse(body));
    } catch (RuntimeException e) {
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
      Responder.send(exchange, 200, answer);
    } else if (!(failure instanceof CancellationException)
        || exchange.getConnection().isOpen()) {
      Responder.fail(exchange, failure == null ? new IllegalStateException("no answer") : failure);
    }
  }
}
