package io.github.bge4j.testing.hub;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** Puts answers on the wire. Thread-safe. */
final class Sender {

  private final Object hookLock = new Object();
  private long lfsBytes;
  private volatile int pieceBytes = 8_192;
  private volatile LongConsumer hook = total -> {};

  void onBytes(int largestPiece, LongConsumer told) {
    pieceBytes = largestPiece;
    hook = told;
  }

  /** Sends an answer; closing the exchange is left to the caller. */
  void send(HttpExchange exchange, HubRequest request, Answer answer)
      throws IOException, InterruptedException {
    if (answer.dropped) {
      return;
    }
    Content content = answer.content();
    ByteRange range = ByteRange.of(request, answer, content.size());
    long due = setHeaders(exchange, answer, range, content.size());
    long declared = due + answer.lengthError;
    request.answered(answer.status);
    if (request.method().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(declared));
      exchange.sendResponseHeaders(answer.status, -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status, declared == 0 ? -1 : declared);
    long toSend = Math.min(answer.cut.applyAsLong(due), declared);
    try (InputStream in = content.openAt(range.from())) {
      sendBody(exchange.getResponseBody(), in, toSend, request, answer);
    }
  }

  /** Returns how many bytes of body are due. */
  private static long setHeaders(HttpExchange exchange, Answer answer, ByteRange range, long size) {
    if (answer.ranges) {
      answer.header("Accept-Ranges", "bytes");
    }
    if (range.partial()) {
      boolean possible = range.isSatisfiable();
      answer.status = possible ? 206 : 416;
      String part = possible ? range.from() + "-" + (range.from() + range.length() - 1) : "*";
      answer.headers.putIfAbsent("Content-Range", "bytes " + part + "/" + size);
    }
    answer.headers.forEach(exchange.getResponseHeaders()::set);
    return Math.max(0, range.length());
  }

  private void sendBody(
      OutputStream out, InputStream in, long toSend, HubRequest request, Answer answer)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[Math.min(answer.pieceBytes, pieceBytes)];
    long sent = 0;
    out.flush();
    answer.pace.awaitTurn(sent);
    while (sent < toSend) {
      int read = in.readNBytes(buffer, 0, piece(buffer.length, sent, toSend, answer));
      if (read == 0) {
        throw new IOException("the file became shorter while it was sent: " + request.file());
      }
      if (answer.corrupt && sent == 0) {
        buffer[0] ^= 1;
      }
      request.sent(read);
      out.write(buffer, 0, read);
      out.flush();
      sent += read;
      if (request.kind() == RequestKind.STORAGE) {
        tellHook(read);
      }
      answer.pace.awaitTurn(sent);
    }
  }

  private static int piece(int largest, long sent, long toSend, Answer answer) {
    long end = sent < answer.pieceEnd ? Math.min(answer.pieceEnd, toSend) : toSend;
    return (int) Math.min(largest, end - sent);
  }

  private void tellHook(int bytes) {
    synchronized (hookLock) {
      lfsBytes += bytes;
      hook.accept(lfsBytes);
    }
  }
}
