package io.github.bge4j.examples.vectordb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bge4j.sparse.SparseVector;
import io.github.bge4j.testing.Jdk;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opensearch.client.json.jackson.JacksonJsonpMapper;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/**
 * Runs against the OpenSearch that OPENSEARCH_URL names; with the profile engines against a node of
 * its own, in a process of its own.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class OpenSearchStoreTest extends HybridContract {

  @TempDir
  private static Path folder;

  private static @Nullable Process node;
  private static @Nullable OpenSearchClient client;

  private static synchronized OpenSearchClient client() throws Exception {
    if (client == null) {
      client = new OpenSearchClient(ApacheHttpClient5TransportBuilder.builder(host())
          .setMapper(new JacksonJsonpMapper())
          .build());
    }
    return client;
  }

  private static HttpHost host() throws Exception {
    String url = System.getenv("OPENSEARCH_URL");
    if (url != null) {
      return HttpHost.create(url);
    }
    String jars = System.getProperty("bge.test.opensearch.node");
    assumeTrue(
        jars != null,
        "NOT RUN against OpenSearch: OPENSEARCH_URL names no server, and the profile engines is off");
    int port = freePort();
    Process started = Jdk.process(
            "-Xmx1g",
            "-cp",
            jars + File.separator + "*",
            Path.of(jars, "..", "..", "OpenSearchNode.java").normalize().toString(),
            folder.resolve("node").toString(),
            Integer.toString(port))
        .redirectErrorStream(true)
        .start();
    node = started;
    awaitStart(started);
    return new HttpHost("http", "127.0.0.1", port);
  }

  /** Reads what the node says until it serves, and from then on lets nothing of it pile up. */
  private static void awaitStart(Process node) throws IOException {
    BufferedReader lines = node.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); ; line = lines.readLine()) {
      if (line == null) {
        throw new AssertionError(said);
      }
      said.append(line).append('\n');
      if (line.contains("[stdout") && line.endsWith("started")) {
        break;
      }
    }
    Thread rest = new Thread(() -> lines.lines().forEach(line -> {}), "opensearch-node");
    rest.setDaemon(true);
    rest.start();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (client != null) {
      client._transport().close();
      client = null;
    }
    if (node != null) {
      node.destroyForcibly().waitFor();
      node = null;
    }
  }

  @Override
  HybridStore open(String name, int dimension, int indexSpace) throws Exception {
    OpenSearchClient connected = client();
    String index = "bge-test-" + name;
    if (connected.indices().exists(request -> request.index(index)).value()) {
      connected.indices().delete(request -> request.index(index));
    }
    return new OpenSearchStore(connected, index, dimension);
  }

  @Test
  void features_anyVector_areByDecimalIndex() {
    SparseVector vector = SparseVector.of(new int[] {6, -1}, new float[] {0.25f, 3.0e-5f});
    assertThat(OpenSearchStore.features(vector)).hasToString("{4294967295=3.0E-5, 6=0.25}");
  }

  @Test
  void features_notPositive_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> OpenSearchStore.features(SparseVector.of(new int[] {7}, new float[] {-0.5f})))
        .withMessage(
            "values must be positive for OpenSearch: -0.5 at index 7; leave out what is not");
  }
}
