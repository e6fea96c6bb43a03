package io.github.bge4j.qdrant;

import io.github.bge4j.InvalidOptionException;
import io.grpc.ManagedChannelBuilder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host its name or address
 * @param port of gRPC
 * @param tls whether the connection is encrypted
 */
public record QdrantUrl(String host, int port, boolean tls) {

  private static final int GRPC_PORT = 6334;
  private static final int REST_PORT = 6333;
  private static final int LAST_PORT = 65_535;

  /** Of gRPC 4 MiB: less than the texts of some hundred long chunks. */
  private static final int MOST_ANSWER_BYTES = 64 << 20;

  /**
   * Reads an address such as {@code http://localhost:6334} or {@code https://host}.
   *
   * @param url http or https, a host, and the port of gRPC, 6334 if it is left out
   * @return its parts
   * @throws InvalidOptionException if it is something else, or names the port of REST, 6333
   */
  public static QdrantUrl parse(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw refusal(url);
    }
    String scheme = uri.getScheme();
    String host = uri.getHost();
    boolean tls = "https".equalsIgnoreCase(scheme);
    boolean port = uri.getPort() != REST_PORT && uri.getPort() != 0 && uri.getPort() <= LAST_PORT;
    boolean more = uri.isOpaque()
        || uri.getUserInfo() != null
        || uri.getQuery() != null
        || !(uri.getPath().isEmpty() || uri.getPath().equals("/"));
    if (host == null || !(tls || "http".equalsIgnoreCase(scheme)) || !port || more) {
      throw refusal(url);
    }
    return new QdrantUrl(host, uri.getPort() < 0 ? GRPC_PORT : uri.getPort(), tls);
  }

  private static InvalidOptionException refusal(String url) {
    return new InvalidOptionException("the address of Qdrant must be http or https, a host, and its"
        + " port of gRPC, as http://localhost:6334 (6333 is that of REST): "
        + url.replaceAll("//[^@/]*@", "//...@"));
  }

  /**
   * Opens a client that takes answers of up to 64 MiB, where the client of
   * {@code QdrantGrpcClient.newBuilder(host)} takes 4 MiB; connects with the first call.
   *
   * @param apiKey null for none
   * @return the client, which the caller closes
   */
  public QdrantClient open(@Nullable String apiKey) {
    ManagedChannelBuilder<?> channel =
        ManagedChannelBuilder.forAddress(host, port).maxInboundMessageSize(MOST_ANSWER_BYTES);
    QdrantGrpcClient.Builder builder = QdrantGrpcClient.newBuilder(
        (tls ? channel.useTransportSecurity() : channel.usePlaintext()).build(), true, false);
    return new QdrantClient((apiKey == null ? builder : builder.withApiKey(apiKey)).build());
  }
}
