package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.undertow.io.DefaultIoCallback;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.xnio.IoUtils;

/** Writes answers and errors. Thread-safe. */
final class Responder {

  private static final Logger LOG = System.getLogger(Responder.class.getName());

  private static final String JSON = "application/json";
  private static final HttpString TRUNCATED = new HttpString("x-bge-truncated-texts");
  private static final HttpString RETRY_AFTER_MS = new HttpString("retry-after-ms");

  /** Does not flush in the middle of an answer. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE).build();

  private static final IoCallback LINGER = new LingeringClose();

  private Responder() {}

  /** Streams an answer, however large. The body of the request was read; the thread may block. */
  static void stream(HttpServerExchange exchange, Answer answer) {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, JSON);
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

  /** Sends a small answer, in any thread: it waits for nobody. */
  static void send(HttpServerExchange exchange, int status, Answer answer) {
    byte[] body = bytes(answer);
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, JSON);
    exchange.setResponseContentLength(body.length);
    exchange.getResponseSender().send(ByteBuffer.wrap(body), LINGER);
  }

  /** Sends an error, in any thread. */
  static void fail(HttpServerExchange exchange, Throwable failure) {
    ApiException error = prepare(exchange, failure);
    if (TeiException.isIn(failure)) {
      TeiError tei = TeiError.of(error);
      send(exchange, tei.status(), tei);
    } else {
      send(exchange, error.status(), new ErrorAnswer(error));
    }
  }

  /**
   * Gives a body to an error of Undertow's own. At shutdown its connection is not used again.
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
    exchange.setPersistent(status != 503 && exchange.isPersistent());
    fail(exchange, ErrorMapping.ofStatus(status));
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

  private static byte[] bytes(Answer answer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
      answer.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail; this is a bug", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what a client still sends, after the answer, before its connection is closed. Undertow
   * would close at once, which resets the connection of a client that is sending, and the client
   * might never see the answer.
   */
  private static final class LingeringClose extends DefaultIoCallback {

    @Override
    public void onComplete(HttpServerExchange exchange, Sender sender) {
      if (!exchange.isPersistent() && !exchange.isComplete()) {
        exchange.setPersistent(true);
        exchange.addExchangeCompleteListener((done, next) -> {
          done.setPersistent(false);
          next.proceed();
        });
      }
      super.onComplete(exchange, sender);
    }
  }
}
