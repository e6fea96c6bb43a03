package io.github.bge4j.examples.facade;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.ETag;
import io.undertow.util.ETagUtils;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file that never changes while the service runs, held in memory. Thread-safe. */
final class Page implements HttpHandler {

  /**
   * Nothing from another host, nothing inline. Swagger UI shows its small pictures as data, and
   * React sets styles through the DOM, which needs no leave.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final HttpString REFERRER_POLICY = new HttpString("Referrer-Policy");

  private static final int TAG_DIGITS = 16;

  private final String contentType;
  private final byte[] bytes;
  private final ETag tag;

  /** Takes over the bytes. */
  Page(String contentType, byte[] bytes) {
    this.contentType = contentType;
    this.bytes = bytes;
    this.tag = new ETag(false, hash(bytes).substring(0, TAG_DIGITS));
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    exchange
        .getResponseHeaders()
        .put(Headers.ETAG, tag.toString())
        // Browsers keep the file, and ask each time whether it is still the one.
        .put(Headers.CACHE_CONTROL, "no-cache")
        .put(Headers.CONTENT_SECURITY_POLICY, POLICY)
        .put(Headers.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .put(REFERRER_POLICY, "no-referrer");
    if (ETagUtils.handleIfNoneMatch(exchange, tag, true)) {
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
      exchange.getResponseSender().send(ByteBuffer.wrap(bytes));
    } else {
      exchange.setStatusCode(StatusCodes.NOT_MODIFIED).endExchange();
    }
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
