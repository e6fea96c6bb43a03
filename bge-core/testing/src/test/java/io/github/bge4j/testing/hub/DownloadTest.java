package io.github.bge4j.testing.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files: from the hub itself, and by redirect from the storage host. */
class DownloadTest {

  private static final String RESOLVE = "/" + Models.ID + "/resolve/";
  private static final byte[] WEIGHTS = Models.weights(1);

  private final TestRepo repo = Models.tiny(Models.ID);
  private final TestHub hub = TestHub.start().add(repo);
  private final Client client = new Client(hub.endpoint());

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void resolve_plainFile_hasItsBlobIdAsEtag() throws Exception {
    for (String file : List.of("config.json", "a%20name%2Bwith%20%25%26%C3%BC.txt")) {
      HttpResponse<byte[]> head = client.head(RESOLVE + "main/" + file);
      HttpResponse<byte[]> get = client.get(RESOLVE + "main/" + file);
      assertThat(get.statusCode()).isEqualTo(200);
      String blobId = Content.of(get.body()).digest("SHA-1", "blob " + get.body().length + "\0");
      assertThat(Client.header(get, "ETag")).isEqualTo('"' + blobId + '"');
      assertThat(Client.header(get, "X-Repo-Commit")).isEqualTo(repo.sha("main"));
      assertThat(Client.header(head, "Content-Length")).isEqualTo("" + get.body().length);
      assertThat(Client.header(head, "ETag")).isEqualTo(Client.header(get, "ETag"));
    }
    HttpResponse<byte[]> pull = client.get(RESOLVE + "refs%2Fpr%2F1/config.json");
    assertThat(Client.text(pull)).isEqualTo("{\"version\":2}");
    assertThat(Client.text(client.get(RESOLVE + "v1/config.json"))).isEqualTo("{\"version\":1}");
  }

  @Test
  void resolve_relativeRedirects_leadToTheSameFile() throws Exception {
    hub.relativeRedirects(true);
    HttpResponse<byte[]> first = client.head(RESOLVE + "main/1_Pooling/config.json");
    assertThat(first.statusCode()).isEqualTo(307);
    assertThat(Client.header(first, "Location")).startsWith("/api/resolve-cache/models/");
    HttpResponse<byte[]> second = client.get(Client.header(first, "Location"));
    assertThat(Client.text(second)).isEqualTo("{}");
    assertThat(Client.header(second, "X-Repo-Commit")).isEqualTo(repo.sha("main"));
  }

  @Test
  void resolve_lfs_redirectsToTheOtherHost() throws Exception {
    HttpResponse<byte[]> head = client.head(RESOLVE + "main/" + Models.WEIGHTS);
    assertThat(head.statusCode()).isEqualTo(302);
    assertThat(Client.header(head, "X-Repo-Commit")).isEqualTo(repo.sha("main"));
    assertThat(Client.header(head, "X-Linked-Size")).isEqualTo("" + Models.WEIGHTS_BYTES);
    String sha256 = Content.of(WEIGHTS).digest("SHA-256", "");
    assertThat(Client.header(head, "X-Linked-ETag")).isEqualTo('"' + sha256 + '"');
    String location = Client.header(head, "Location");
    assertThat(location).startsWith(hub.storage() + "/");
    assertThat(hub.storage().getHost()).isNotEqualTo(hub.endpoint().getHost());
    HttpResponse<byte[]> get = client.get(location);
    assertThat(get.body()).isEqualTo(WEIGHTS);
    assertThat(Client.header(get, "ETag")).isNotEmpty().isNotEqualTo('"' + sha256 + '"');
    assertThat(hub.bytesSent(Models.WEIGHTS)).isEqualTo(Models.WEIGHTS_BYTES);
  }

  @Test
  void storage_range_isObeyed() throws Exception {
    String url = storageUrl();
    HttpResponse<byte[]> part = client.get(url, "Range", "bytes=99990-");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(Client.header(part, "Content-Range")).isEqualTo("bytes 99990-99999/100000");
    assertThat(part.body()).hasSize(10).isEqualTo(lastBytes(10));
    assertThat(client.get(url, "Range", "bytes=-10").body()).isEqualTo(lastBytes(10));
    assertThat(client.get(url, "Range", "bytes=0-0").body()).containsExactly(WEIGHTS[0]);
    assertThat(client.get(url, "Range", "bytes=99990-200000").body()).isEqualTo(lastBytes(10));
    HttpResponse<byte[]> beyond = client.get(url, "Range", "bytes=100000-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(Client.header(beyond, "Content-Range")).isEqualTo("bytes */100000");
    assertThat(beyond.body()).isEmpty();
  }

  @Test
  void storage_ifRange_comparesEtags() throws Exception {
    String url = storageUrl();
    String etag = Client.header(client.head(url), "ETag");
    String range = "bytes=5-9";
    assertThat(client.get(url, "Range", range, "If-Range", etag).statusCode()).isEqualTo(206);
    assertThat(client.get(url, "Range", range, "If-Range", "\"no\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  void storage_expiredOrForgedUrl_isRefused() throws Exception {
    String old = storageUrl();
    hub.expireUrls();
    assertThat(client.get(old).statusCode()).isEqualTo(403);
    assertThat(client.get(storageUrl()).statusCode()).isEqualTo(200);
    assertThat(client.get(storageUrl().replace("Signature=", "Signature=0")).statusCode())
        .isEqualTo(403);
    assertThat(client.get(hub.storage() + "/x?Policy=%00").statusCode()).isEqualTo(403);
  }

  @Test
  void folder_withLargeNames_servesItsFiles(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("onnx"));
    Files.write(folder.resolve("onnx/model.onnx_data"), WEIGHTS);
    Files.writeString(folder.resolve("config.json"), "{}");
    hub.add(TestRepo.of("from-disk").folder(folder));
    assertThat(Client.text(client.get("/from-disk/resolve/main/config.json"))).isEqualTo("{}");
    HttpResponse<byte[]> lfs = client.get("/from-disk/resolve/main/onnx/model.onnx_data");
    assertThat(lfs.statusCode()).isEqualTo(302);
    assertThat(client.get(Client.header(lfs, "Location")).body()).isEqualTo(WEIGHTS);
  }

  @Test
  void onBytes_download_countsEveryPiece() throws Exception {
    BlockingQueue<Long> totals = new LinkedBlockingQueue<>();
    hub.onBytes(30_000, totals::add);
    client.get(storageUrl());
    // The client may have the last piece before the hook is told of it.
    for (long total : List.of(30_000L, 60_000L, 90_000L, 100_000L)) {
      assertThat(totals.poll(10, TimeUnit.SECONDS)).isEqualTo(total);
    }
  }

  @Test
  void requests_afterAnswers_recordWhatCameAndWent() throws Exception {
    client.get(RESOLVE + "main/config.json?download=true", "Authorization", "Bearer hf_x");
    HubRequest request = hub.requests().get(0);
    assertThat(request.kind()).isEqualTo(RequestKind.RESOLVE);
    assertThat(request.header("authorization")).contains("Bearer hf_x");
    assertThat(request.file()).isEqualTo("config.json");
    assertThat(request)
        .hasToString("GET " + RESOLVE + "main/config.json?download=true -> 200 (13 bytes)");
  }

  private String storageUrl() throws Exception {
    return Client.header(client.head(RESOLVE + "main/" + Models.WEIGHTS), "Location");
  }

  private static byte[] lastBytes(int count) {
    return Arrays.copyOfRange(WEIGHTS, WEIGHTS.length - count, WEIGHTS.length);
  }
}
