package io.github.bge4j.testing.hub;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A port and its threads: one a request, so that stalled answers do not hold up others. */
final class HubServer implements AutoCloseable {

  /** Connections that wait to be accepted: ten clients with eight each, and more. */
  private static final int BACKLOG = 256;

  static {
    // Without it each answer on a connection that is used again waits 40 ms for an acknowledgement.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(HubServer::daemon);

  private HubServer(HttpServer server) {
    this.server = server;
  }

  /** Listens on 127.0.0.1, which is what {@code localhost} means too. */
  static HubServer bind(int port) throws IOException {
    InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    return new HubServer(HttpServer.create(new InetSocketAddress(address, port), BACKLOG));
  }

  int port() {
    return server.getAddress().getPort();
  }

  void serve(Exchanges exchanges, Site site) {
    server.createContext("/", exchange -> exchanges.handle(exchange, site));
    server.setExecutor(threads);
    // The server's own thread is a daemon if the one is that starts it.
    Thread starter = daemon(server::start);
    starter.start();
    boolean interrupted = false;
    while (starter.isAlive()) {
      try {
        starter.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "hub-stand-in");
    thread.setDaemon(true);
    return thread;
  }
}
