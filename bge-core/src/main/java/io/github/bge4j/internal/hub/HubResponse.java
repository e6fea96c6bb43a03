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
  private final Optional<FileHash> linkedHash;

  /**
   * Wraps an answer.
   *
   * @param linkedHash of the whole file in large storage, as the hub says where it sends to it
   */
  HubResponse(HttpURLConnection connection, int status, Optional<FileHash> linkedHash) {
    this.connection = connection;
    this.status = status;
    this.linkedHash = linkedHash;
  }

  int status() {
    return status;
  }

  Optional<FileHash> linkedHash() {
    return linkedHash;
  }

  /** Returns the hash of the whole file; a mirror's ETag may look like one and be none. */
  Optional<FileHash> hash() {
    return linkedHash.or(() -> header("ETag").flatMap(FileHash::ofTag));
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
