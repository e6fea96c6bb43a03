package io.github.bge4j.qdrant;

import io.github.bge4j.qdrant.testing.QdrantDouble;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A server for a test: the stand-in, or the real one that QDRANT_URL names. */
public final class TestServer implements AutoCloseable {

  /** Which one. */
  public enum Kind {
    DOUBLE,
    REAL
  }

  private static final String SKIPPED =
      "SKIPPED, NOT TESTED AGAINST A REAL QDRANT: set QDRANT_URL=http://HOST:6334, and"
          + " QDRANT_API_KEY if it wants one";

  private final @Nullable QdrantDouble stand;
  private final QdrantClient client;
  private final List<String> collections = new ArrayList<>();

  private TestServer(@Nullable QdrantDouble stand, QdrantClient client) {
    this.stand = stand;
    this.client = client;
  }

  /** Starts the stand-in, or connects to the real one; without one the test is skipped. */
  public static TestServer start(Kind kind) {
    if (kind == Kind.DOUBLE) {
      QdrantDouble stand = QdrantDouble.start();
      return new TestServer(stand, stand.client());
    }
    String url = System.getenv("QDRANT_URL");
    if (url == null) {
      System.err.println(SKIPPED);
    }
    Assumptions.assumeTrue(url != null, SKIPPED);
    return new TestServer(null, QdrantUrl.parse(url).open(System.getenv("QDRANT_API_KEY")));
  }

  public QdrantClient client() {
    return client;
  }

  /** Returns a name that no collection has; one that comes to have it is dropped at the end. */
  public String newCollection() {
    String name = "bge4j-test-" + UUID.randomUUID();
    collections.add(name);
    return name;
  }

  /** Returns the payloads of all points by their ids. */
  Map<String, Map<String, Value>> payloads(String collection) throws Exception {
    Map<String, Map<String, Value>> payloads = new TreeMap<>();
    ScrollPoints.Builder request = ScrollPoints.newBuilder()
        .setCollectionName(collection)
        .setLimit(100)
        .setWithPayload(WithPayloadSelectorFactory.enable(true));
    while (true) {
      ScrollResponse page = client.scrollAsync(request.build()).get();
      for (RetrievedPoint point : page.getResultList()) {
        payloads.put(point.getId().getUuid(), point.getPayloadMap());
      }
      if (!page.hasNextPageOffset()) {
        return payloads;
      }
      PointId next = page.getNextPageOffset();
      request.setOffset(next);
    }
  }

  @Override
  public void close() {
    try {
      for (String collection : collections) {
        // The client throws if there is none.
        if (client.collectionExistsAsync(collection).get()) {
          client.deleteCollectionAsync(collection).get();
        }
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError("collections of a test must be dropped", e);
    }
    client.close();
    if (stand != null) {
      stand.close();
    }
  }
}
