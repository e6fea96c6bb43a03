package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;
import static io.github.bge4j.internal.hub.HubFixture.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.testing.hub.Fault;
import io.github.bge4j.testing.hub.On;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, names and sizes that are rare but right. */
class UnusualHubTest extends HubTest {

  private static final byte[] IPV4 = {127, 0, 0, 1};
  private static final byte[] IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private @Nullable HttpServer server;

  @AfterEach
  void stopServer() {
    if (server != null) {
      server.stop(0);
    }
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  /** Starts a second server and returns its port. */
  private int serve(byte[] address, Handler handler) throws IOException {
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(address), 0), 0);
    server = started;
    started.createContext("/", exchange -> {
      try (exchange) {
        handler.handle(exchange);
      }
    });
    started.start();
    return started.getAddress().getPort();
  }

  private static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(307, -1);
  }

  /** A mirror below a path that sends everybody on to another hub. */
  private int mirror(byte[] address, List<String> tokens) throws IOException {
    return serve(address, exchange -> {
      tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      String target = exchange.getRequestURI().toString();
      if (target.startsWith("/hf/")) {
        redirect(exchange, on.hub.endpoint() + target.substring("/hf".length()));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    });
  }

  private void assertMirrorWorks(String endpoint, List<String> tokens) {
    HubSettings settings = on.settings(HubSettings.endpoint(endpoint), "hf_secret", false);

    Path snapshot = on.client(settings).find(MODEL);

    assertThat(snapshot.resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
    assertThat(tokens).isNotEmpty().containsOnly("Bearer hf_secret");
    assertThat(on.hub.requests())
        .isNotEmpty()
        .allMatch(request -> request.header("Authorization").equals(Optional.empty()));
  }

  @Test
  void anEndpointMayHaveAPath() throws IOException {
    List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    int port = mirror(IPV4, tokens);

    assertMirrorWorks("http://127.0.0.1:" + port + "/hf/", tokens);
  }

  @Test
  void anEndpointMayBeOfIpv6() throws IOException {
    List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    int port = 0;
    try {
      port = mirror(IPV6, tokens);
    } catch (IOException e) {
      Assumptions.abort("this machine has no IPv6: " + e);
    }

    assertMirrorWorks("http://[::1]:" + port + "/hf", tokens);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://me:hunter2@hub.example",
        "https://me:hun@ter2@hub.example",
        "https://me:hunter2 @hub.example",
        "ftp://me:hunter2@hub.example"
      })
  void anEndpointWithAPasswordIsRefusedAndNotShown(String endpoint) {
    assertThatThrownBy(() -> on.settings(HubSettings.endpoint(endpoint), null, false))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("HF_ENDPOINT")
        .hasMessageContaining("hub.example")
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("hun", "ter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature/x", "refs/pr/1", "v1.0+build"})
  void revisionsMayHaveSlashes(String name) {
    on.hub.add(on.repo.commit(name));

    Path snapshot = on.client().find(MODEL.at(name));

    assertThat(on.offline().find(MODEL.at(name))).isEqualTo(snapshot);
    assertThat(cache.resolve("models--BAAI--bge-m3/refs").resolve(name))
        .hasContent(on.repo.sha(name));
  }

  @Test
  void namesMayHaveBlanksAndAnyLetters() {
    String odd = "onnx/Constant 7%2F+ä模型_attr__value";
    on.hub.add(on.repo.remove("pytorch_model.bin").lfs(odd, HubFixture.text("a tensor")));
    on.hub.relativeRedirects(true);
    if (!canName(odd)) {
      assertThatThrownBy(() -> on.client().find(PLAIN))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("LC_ALL=C.UTF-8");
      return;
    }

    Path snapshot = on.client().find(PLAIN);

    assertThat(snapshot.resolve(odd)).hasContent("a tensor");
    assertThat(on.offline().find(PLAIN)).isEqualTo(snapshot);
  }

  @Test
  void filesMayBeEmpty() {
    on.hub.add(
        on.repo.lfs("sparse_linear.pt", new byte[0]).file("tokenizer_config.json", new byte[0]));

    Path snapshot = on.client().find(MODEL);

    assertThat(snapshot.resolve("sparse_linear.pt")).isEmptyFile();
    assertThat(snapshot.resolve("tokenizer_config.json")).isEmptyFile();
    assertThat(on.offline().find(MODEL)).isEqualTo(snapshot);
  }

  @Test
  void aHubThatGoesBackAndForthIsGivenUp() {
    Fault[] forthAndBack = IntStream.range(0, 100)
        .mapToObj(i -> Fault.cutAfter(i % 2 == 0 ? 100_000 : 150_000).and(Fault.ignoreRange()))
        .toArray(Fault[]::new);
    on.hub.faults(On.storage("pytorch_model.bin"), forthAndBack);

    assertThatThrownBy(() -> on.client().find(MODEL))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("downloading pytorch_model.bin of BAAI/bge-m3 must succeed");
  }

  @Test
  void aFileLargerThanTheDiskIsNotBegun() throws IOException {
    int port = listingOnly(1L << 60);

    assertThatThrownBy(() -> listed(port, new DownloadListener() {}))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("the disk must have " + ((1L << 60) + 4) + " bytes free for BAAI");
    assertThat(on.cached().blobs()).isEmptyDirectory();
  }

  /** The part is a file with a hole, so that it is larger than the disk without filling it. */
  @Test
  void theDiskNeedsRoomForWhatIsMissingOnly() throws IOException {
    long size = Files.getFileStore(cache).getUsableSpace() + (1L << 30);
    Files.createDirectories(on.cached().blobs());
    try (RandomAccessFile part =
        new RandomAccessFile(on.cached().part(new FileHash("b".repeat(64))).toFile(), "rw")) {
      part.setLength(size - 10);
    }
    List<Long> begun = new ArrayList<>();
    DownloadListener listener = new DownloadListener() {
      @Override
      public void started(String model, long totalBytes) {
        begun.add(totalBytes);
        throw new IllegalStateException("enough seen");
      }
    };
    int port = listingOnly(size);

    assertThatThrownBy(() -> listed(port, listener)).hasMessage("enough seen");
    assertThat(begun).containsExactly(size + 4);
  }

  private void listed(int port, DownloadListener listener) {
    HubSettings settings = on.settings(URI.create("http://127.0.0.1:" + port), null, false);
    on.client(settings, listener, Linker.BEST).find(PLAIN);
  }

  /** A hub with a listing and nothing more. */
  private int listingOnly(long weightBytes) throws IOException {
    String file = "{\"rfilename\": \"%s\", \"size\": %d, \"lfs\": {\"sha256\": \"%s\"}}";
    String listing = "{\"sha\": \"%s\", \"siblings\": [%s, %s, %s]}"
        .formatted(
            "c".repeat(40),
            file.formatted("config.json", 2, "d".repeat(64)),
            file.formatted("tokenizer.json", 2, "e".repeat(64)),
            file.formatted("model.safetensors", weightBytes, "b".repeat(64)));
    return serve(IPV4, exchange -> {
      byte[] bytes = listing.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    });
  }
}
