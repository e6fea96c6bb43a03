package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.xnio.IoUtils;

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
    WriteLimit limit = new WriteLimit(exchange);
    try {
      JsonGenerator json = MAPPER.createGenerator(exchange.getOutputStream());
      answer.write(json);
      json.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a client went away", e);
      IoUtils.safeClose(exchange.getConnection());
    } catch (Throwable e) {
      // The status may be on its way. An end that looks proper would pass a part off as the answer.
      LOG.log(Level.ERROR, "an answer to " + exchange.getRelativePath() + " broke off", e);
      IoUtils.safeClose(exchange.getConnection());
    } finally {
      limit.close();
      exchange.endExchange();
    }
  }

  static void fail(HttpServerExchange exchange, Throwable failure) {
    ApiException error = prepare(exchange, failure);
    send(exchange, error.status(), new ErrorAnswer(error));
  }

  /**
   * Gives a body to an error of Undertow's own, in any thread. At shutdown its connection is not
   * used again.
   *
   * @return whether the answer was an error without a body
   */
  static boolean fill(HttpServerExchange exchange) {
    int status = exchange.getStatusCode();
    if (status < 400
        || status == ClientWatch.CLIENT_GONE
        || !exchange.isResponseChannelAvailable()) {
      return false;
    }
    ApiException error = prepare(exchange, ErrorMapping.ofStatus(status));
    exchange.setPersistent(status != 503 && exchange.isPersistent());
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseSender().send(text(new ErrorAnswer(error)));
    return true;
  }

  private static ApiException prepare(HttpServerExchange exchange, Throwable failure) {
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
    return error;
  }

  private static String text(Answer answer) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = MAPPER.createGenerator(text)) {
      answer.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail; this is a bug", e);
    }
    return text.toString();
  }
}
