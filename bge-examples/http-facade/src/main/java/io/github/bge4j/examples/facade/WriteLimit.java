package io.github.bge4j.examples.facade;

import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Frees the thread that writes an answer if the client does not take it within the server's idle
 * time. Undertow's own timeouts close the connection and leave the thread waiting.
 */
final class WriteLimit {

  private final Thread writer = Thread.currentThread();
  private final ServerConnection connection;
  private final XnioExecutor.@Nullable Key timer;

  /** Guarded by this. */
  private boolean writing = true;

  /** Guarded by this. */
  private boolean expired;

  /** Begins the time; the calling thread writes. */
  WriteLimit(HttpServerExchange exchange) {
    connection = exchange.getConnection();
    int millis = connection.getUndertowOptions().get(UndertowOptions.IDLE_TIMEOUT, 0);
    timer = millis == 0
        ? null
        : exchange.getIoThread().executeAfter(this::expire, millis, TimeUnit.MILLISECONDS);
  }

  @SuppressWarnings("Interruption") // It waits where nothing else wakes it.
  private synchronized void expire() {
    if (writing) {
      expired = true;
      writer.interrupt();
      IoUtils.safeClose(connection);
    }
  }

  /** Ends the time; in the thread that wrote. */
  synchronized void close() {
    writing = false;
    if (timer != null) {
      timer.remove();
    }
    if (expired) {
      // The interrupt was meant for this answer, not for the thread's next one.
      Thread.interrupted();
    }
  }
}
