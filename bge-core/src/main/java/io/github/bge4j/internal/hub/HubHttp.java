package io.github.bge4j.internal.hub;

import io.github.bge4j.HubException;
import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.URL;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the hub, and the hosts that it sends us to.
 *
 * <p>Through {@link HttpURLConnection}, as its read timeout ends a transfer that stands still; that
 * of {@code java.net.http} ends with the headers.
 */
final class HubHttp {

  private static final int MOST_REDIRECTS = 10;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final HubSettings settings;
  private final Timeouts timeouts;

  /** How long to wait for a connection, and for the next byte. */
  record Timeouts(int connectMillis, int readMillis) {}

  HubHttp(HubSettings settings, Timeouts timeouts) {
    this.settings = settings;
    this.timeouts = timeouts;
  }

  /**
   * Sends a request and follows redirects; only the hub itself gets the token.
   *
   * @param subject what is asked for, for messages
   * @return an answer with status 200, 206 or 416, which the caller closes; for HEAD also the
   *     redirect to large storage, which says all that is known of the file
   * @throws TryAgainException if the answer may be another one later
   * @throws HubException if it will not
   */
  HubResponse send(String method, URI uri, Map<String, String> headers, Subject subject)
      throws IOException {
    Optional<FileHash> linked = Optional.empty();
    URI at = uri;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpURLConnection connection = open(method, at, headers);
      boolean handedOver = false;
      try {
        int status = connection.getResponseCode();
        linked = linked.or(() -> linkedHash(connection));
        String location = connection.getHeaderField("Location");
        boolean redirect = status / 100 == 3 && location != null;
        boolean known = redirect
            && linked.isPresent()
            && method.equals("HEAD")
            && connection.getHeaderField("X-Linked-Size") != null;
        if (redirect && !known) {
          at = redirected(at, location);
          continue;
        }
        if (!known
            && status != HttpURLConnection.HTTP_OK
            && status != PARTIAL
            && status != RANGE_NOT_SATISFIABLE) {
          throw HubErrors.of(connection, status, isHub(at), settings, subject);
        }
        handedOver = true;
        return new HubResponse(connection, status, linked);
      } finally {
        if (!handedOver) {
          connection.disconnect();
        }
      }
    }
    throw new HubException("the hub must send " + subject + " within " + MOST_REDIRECTS
        + " redirects: more, the last to " + at.getHost() + "; check HF_ENDPOINT");
  }

  private HttpURLConnection open(String method, URI uri, Map<String, String> headers)
      throws IOException {
    URL url = uri.toURL();
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setAuthenticator(new ProxyAuthenticator());
    connection.setConnectTimeout(timeouts.connectMillis());
    connection.setReadTimeout(timeouts.readMillis());
    connection.setRequestProperty(
        "User-Agent", "bge4j; java/" + Runtime.version().feature());
    connection.setRequestProperty("Accept", "*/*");
    connection.setRequestProperty("Accept-Encoding", "identity");
    headers.forEach(connection::setRequestProperty);
    String token = settings.token();
    if (token != null && isHub(uri)) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    return connection;
  }

  /** The same host behind another scheme or port is another server. */
  private boolean isHub(URI uri) {
    URI hub = settings.endpoint();
    return hub.getScheme().equalsIgnoreCase(uri.getScheme())
        && hub.getHost().equalsIgnoreCase(uri.getHost())
        && port(hub) == port(uri);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private static URI redirected(URI from, String location) {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new HubException(
          "a redirect must be to an address: that of " + from.getHost()
              + " is not; check HF_ENDPOINT",
          e);
    }
    String scheme = String.valueOf(to.getScheme());
    boolean weaker = "https".equalsIgnoreCase(from.getScheme()) && !scheme.equals("https");
    if (!scheme.matches("https?") || to.getHost() == null || weaker) {
      throw new HubException("a redirect must be to https, or from http to http: " + from.getHost()
          + " sends to " + scheme + "://" + to.getHost() + "; check HF_ENDPOINT");
    }
    return to;
  }

  private static Optional<FileHash> linkedHash(HttpURLConnection answer) {
    return Optional.ofNullable(answer.getHeaderField("X-Linked-ETag")).flatMap(FileHash::ofTag);
  }

  /** Lets the application sign in at its proxy, and never at a host that a redirect leads to. */
  private static final class ProxyAuthenticator extends Authenticator {
    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
      Authenticator application = Authenticator.getDefault();
      return application == null || getRequestorType() != RequestorType.PROXY
          ? null
          : application.requestPasswordAuthenticationInstance(
              getRequestingHost(),
              getRequestingSite(),
              getRequestingPort(),
              getRequestingProtocol(),
              getRequestingPrompt(),
              getRequestingScheme(),
              getRequestingURL(),
              getRequestorType());
    }
  }
}
