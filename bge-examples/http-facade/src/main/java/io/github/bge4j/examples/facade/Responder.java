package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Writes answers and errors; large ones stream. Runs on threads that may block. */
final class Responder {

  private static final Logger LOG = System.getLogger(Responder.class.getName());

  private static final HttpString TRUNCATED = new HttpString("x-bge-truncated-texts");
  private static final HttpString RETRY_AFTER_MS = new HttpString("retry-after-ms");

  private static final JsonMapper MAPPER = new JsonMapper();

  private Responder() {}

  static void send(HttpServerExchange exchange, int status, Answer answer) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    if (answer.truncated() > 0) {
      exchange.getResponseHeaders().put(TRUNCATED, answer.truncated());
    }
    exchange.startBlocking();
    try (JsonGenerator json = MAPPER.createGenerator(exchange.getOutputStream())) {
      answer.write(json);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a client went away", e);
    } finally {
      exchange.endExchange();
    }
  }

  static void fail(HttpServerExchange exchange, Throwable failure) {
    ApiException error = ErrorMapping.of(failure);
    if (error.status() == 500) {
      LOG.log(Level.ERROR, "internal error on " + exchange.getRelativePath(), failure);
    }
    long retryMillis = ErrorMapping.retryAfterMillis(failure, error.status());
    if (retryMillis > 0) {
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, (retryMillis + 999) / 1_000);
      exchange.getResponseHeaders().put(RETRY_AFTER_MS, retryMillis);
    }
    if (error.status() == 401) {
      exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
    }
    send(exchange, error.status(), json -> writeError(json, error));
  }

  /** Writes OpenAI's {@code error} and FastAPI's {@code detail} in one object. */
  private static void writeError(JsonGenerator json, ApiException error) throws IOException {
    String param = error.param();
    json.writeStartObject();
    json.writeObjectFieldStart("error");
    json.writeStringField("message", error.message());
    json.writeStringField("type", error.status() < 500 ? "invalid_request_error" : "server_error");
    json.writeStringField("param", param);
    json.writeStringField("code", error.code());
    json.writeEndObject();
    if (error.status() == 422) {
      json.writeArrayFieldStart("detail");
      json.writeStartObject();
      json.writeStringField("type", error.code());
      json.writeArrayFieldStart("loc");
      json.writeString("body");
      if (param != null) {
        json.writeString(param);
      }
      json.writeEndArray();
      json.writeStringField("msg", error.message());
      json.writeEndObject();
      json.writeEndArray();
    } else {
      json.writeStringField("detail", error.message());
    }
    json.writeEndObject();
  }
}
