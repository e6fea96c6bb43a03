package io.github.bge4j.examples.facade;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.AttachmentKey;
import java.io.IOException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Cancels the work for a client that goes away before its answer; one for each connection.
 *
 * <p>Undertow reads nothing between a request and its answer. This does, in the I/O thread: the end
 * of the stream closes the connection; the first byte of a pipelined request is put back for
 * Undertow and ends the watch. Thread-safe.
 */
final class ClientWatch
    implements ChannelListener<ConduitStreamSourceChannel>, ServerConnection.CloseListener {

  private static final AttachmentKey<ClientWatch> KEY = AttachmentKey.create(ClientWatch.class);

  /** nginx's status of requests whose client has gone; nobody reads it but the metrics. */
  static final int CLIENT_GONE = 499;

  private final HttpServerConnection connection;
  private volatile @Nullable HttpServerExchange request;
  private volatile @Nullable Future<?> work;

  /** Whether the stream is ours to read; guarded by this. */
  private boolean reading;

  private ClientWatch(HttpServerConnection connection) {
    this.connection = connection;
  }

  /** Begins to watch the client of a request whose body was read. */
  static ClientWatch of(HttpServerExchange exchange) {
    HttpServerConnection connection = (HttpServerConnection) exchange.getConnection();
    ClientWatch watch = connection.getAttachment(KEY);
    if (watch == null) {
      watch = new ClientWatch(connection);
      connection.putAttachment(KEY, watch);
      connection.addCloseListener(watch);
    }
    ClientWatch started = watch;
    exchange.addExchangeCompleteListener((done, next) -> {
      started.stop();
      next.proceed();
    });
    watch.start(exchange);
    return watch;
  }

  private synchronized void start(HttpServerExchange exchange) {
    request = exchange;
    if (connection.getExtraBytes() == null) {
      reading = true;
      connection.getChannel().getSourceChannel().setReadListener(this);
      connection.getOriginalSourceConduit().resumeReads();
    }
  }

  /** Leaves the stream to Undertow, which sets its own listener afterwards. */
  private synchronized void stop() {
    reading = false;
    request = null;
    work = null;
  }

  /** Says what to cancel. */
  void works(Future<?> future) {
    work = future;
    if (!connection.isOpen()) {
      future.cancel(true);
    }
  }

  @Override
  public synchronized void handleEvent(ConduitStreamSourceChannel channel) {
    if (!reading) {
      return;
    }
    PooledByteBuffer bytes = connection.getByteBufferPool().allocate();
    int count = read(bytes);
    if (count > 0) {
      reading = false;
      bytes.getBuffer().flip();
      connection.ungetRequestBytes(bytes);
      connection.getOriginalSourceConduit().suspendReads();
      return;
    }
    bytes.close();
    if (count < 0) {
      reading = false;
      IoUtils.safeClose(connection);
    }
  }

  /** Reads one byte; a broken connection counts as ended. */
  private int read(PooledByteBuffer bytes) {
    try {
      bytes.getBuffer().limit(1);
      return connection.getOriginalSourceConduit().read(bytes.getBuffer());
    } catch (IOException e) {
      return -1;
    }
  }

  /** Undertow ends the request after this; nobody else may. */
  @Override
  public void closed(ServerConnection closed) {
    Future<?> future = work;
    HttpServerExchange exchange = request;
    boolean unanswered = future == null || future.cancel(true);
    if (exchange != null && unanswered && !exchange.isResponseStarted()) {
      exchange.setStatusCode(CLIENT_GONE);
    }
  }
}
