package io.github.bge4j.testing.hub;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request that came in, and what went out for it. Whoever has received an answer finds it
 * recorded here.
 */
public final class HubRequest {

  private final RequestKind kind;
  private final String file;
  private final String method;
  private final String target;
  private final Map<String, List<String>> headers;
  private final AtomicLong bytesSent = new AtomicLong();
  private volatile int status;

  HubRequest(
      RequestKind kind,
      String file,
      String method,
      String target,
      Map<String, List<String>> headers) {
    this.kind = kind;
    this.file = file;
    this.method = method;
    this.target = target;
    this.headers = headers;
  }

  /**
   * Returns what was asked for.
   *
   * @return {@link RequestKind#STORAGE} if it came to the storage host, another if to the hub
   */
  public RequestKind kind() {
    return kind;
  }

  /**
   * Returns the file that was asked for.
   *
   * @return its path in the repository; empty if the request is for no file
   */
  public String file() {
    return file;
  }

  /**
   * Returns the method.
   *
   * @return {@code GET} or {@code HEAD}, usually
   */
  public String method() {
    return method;
  }

  /**
   * Returns path and query as they came.
   *
   * @return escaped
   */
  public String target() {
    return target;
  }

  /**
   * Returns a header.
   *
   * @param name in upper or lower case
   * @return its first value; empty if it was not sent
   */
  public Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    return values.stream().findFirst();
  }

  /**
   * Returns all headers.
   *
   * @return by name in lower case; not modifiable
   */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /**
   * Returns the status of the answer.
   *
   * @return 0 if none was sent
   */
  public int status() {
    return status;
  }

  /**
   * Returns how many bytes of the body were given to the connection. If the client died, up to one
   * piece of them may not have reached it.
   *
   * @return number of bytes
   */
  public long bytesSent() {
    return bytesSent.get();
  }

  void answered(int sentStatus) {
    status = sentStatus;
  }

  void sent(long bytes) {
    bytesSent.addAndGet(bytes);
  }

  @Override
  public String toString() {
    return "%s %s -> %d (%d bytes)".formatted(method, target, status, bytesSent.get());
  }
}
