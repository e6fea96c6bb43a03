package io.github.bge4j.internal.hub;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.Optional;

/** The answer at the end of all redirects; closed by who asked. Not thread-safe. */
final class HubResponse implements Closeable {

  private final HttpURLConnection connection;
  private final int status;
  private final Optional<FileHash> hash;

  /**
   * Wraps an answer.
   *
   * @param hash of the whole file, as the hub says
   */
  HubResponse(HttpURLConnection connection, int status, Optional<FileHash> hash) {
    this.connection = connection;
    this.status = status;
    this.hash = hash;
  }

  int status() {
    return status;
  }

  Optional<FileHash> hash() {
    return hash;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(connection.getHeaderField(name));
  }

  InputStream body() throws IOException {
    return connection.getInputStream();
  }

  @Override
  public void close() {
    connection.disconnect();
  }
}
