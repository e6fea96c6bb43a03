package io.github.bge4j.examples.facade;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.xnio.ChannelListener;
import org.xnio.channels.StreamSourceChannel;

/**
 * Collects the body of a request without waiting, so that a slow client holds no thread. Memory
 * grows with what arrives, not with what a client announces, as Undertow's own receiver's does.
 */
final class BodyReader implements ChannelListener<StreamSourceChannel> {

  private final HttpServerExchange exchange;
  private final StreamSourceChannel channel;
  private final int maxBytes;
  private final Consumer<byte[]> next;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  private BodyReader(HttpServerExchange exchange, int maxBytes, Consumer<byte[]> next) {
    this.exchange = exchange;
    this.channel = exchange.getRequestChannel();
    this.maxBytes = maxBytes;
    this.next = next;
  }

  /**
   * Reads a body, and answers the request itself if it cannot be had.
   *
   * @param next takes the body, without waiting: it dispatches or answers
   */
  static void read(HttpServerExchange exchange, int maxBytes, Consumer<byte[]> next) {
    if (exchange.getRequestContentLength() > maxBytes) {
      Responder.fail(exchange, ApiException.tooLarge("the body", maxBytes));
      return;
    }
    BodyReader reader = new BodyReader(exchange, maxBytes, next);
    // Outside Undertow's call, where reading and answering are told apart by flags.
    exchange.dispatch(SameThreadExecutor.INSTANCE, () -> reader.handleEvent(reader.channel));
  }

  @Override
  public void handleEvent(StreamSourceChannel readable) {
    try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
      ByteBuffer buffer = pooled.getBuffer();
      int count = channel.read(buffer);
      while (count > 0 && body.size() + count <= maxBytes) {
        append(buffer.flip());
        count = channel.read(buffer.clear());
      }
      if (count == 0) {
        channel.getReadSetter().set(this);
        channel.resumeReads();
        return;
      }
      channel.suspendReads();
      if (count < 0) {
        next.accept(body.toByteArray());
      } else {
        Responder.fail(exchange, ApiException.tooLarge("the body", maxBytes));
      }
    } catch (IOException e) {
      channel.suspendReads();
      Responder.fail(exchange, ApiException.value("body", null, "the body could not be read"));
    } catch (Throwable e) {
      // Nobody else would answer, whatever it is.
      channel.suspendReads();
      Responder.fail(exchange, e);
    }
  }

  private void append(ByteBuffer bytes) {
    byte[] chunk = new byte[bytes.remaining()];
    bytes.get(chunk);
    body.writeBytes(chunk);
  }
}
