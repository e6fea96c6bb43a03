package io.github.bge4j.examples.facade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are packed. */
final class ContentCodingTest {

  private static final int LIMIT = 10_000;

  private final RunningFacade facade = new FakeModels(
          (texts, options) -> CompletableFuture.completedFuture(List.of(FakeModels.vector(1))))
      .start(Map.of("MAX_BODY_BYTES", String.valueOf(LIMIT)));

  @BeforeEach
  void load() throws Exception {
    facade.settled();
  }

  @AfterEach
  void close() {
    facade.close();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String body(int bytes) {
    String json = "{\"input\":\"a\",\"user\":\"\"}";
    return json.replace("\"\"", "\"" + "x".repeat(bytes - json.length()) + "\"");
  }

  private HttpResponse<String> post(byte[] body, String... codings) throws Exception {
    var request = facade.request("/v1/embeddings").POST(BodyPublishers.ofByteArray(body));
    for (String coding : codings) {
      request.header("Content-Encoding", coding);
    }
    return facade.send(request);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
  void post_gzip_isUnpacked(String coding) throws Exception {
    assertThat(post(gzip(body(LIMIT)), coding).statusCode()).isEqualTo(200);
  }

  @Test
  void post_identity_isReadAsItIs() throws Exception {
    byte[] body = body(100).getBytes(UTF_8);
    assertThat(post(body, "identity").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1, 1_000_000})
  void post_gzipThatUnpacksToTooMuch_is413(int bytes) throws Exception {
    byte[] packed = gzip(body(bytes));
    assertThat(packed).hasSizeLessThan(LIMIT);
    HttpResponse<String> response = post(packed, "gzip");
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body())
        .contains("the unpacked body must not be larger than 10000 bytes (MAX_BODY_BYTES)");
  }

  /** Its end is damaged, which nobody gets to see. */
  @Test
  void post_bomb_isReadNoFurtherThanTheLimit() throws Exception {
    byte[] packed = gzip("0".repeat(5_000_000));
    assertThat(post(Arrays.copyOf(packed, packed.length - 9), "gzip").statusCode())
        .isEqualTo(413);
  }

  @Test
  void post_damagedGzip_is400() throws Exception {
    byte[] packed = gzip(body(1_000));
    for (byte[] damaged :
        List.of(Arrays.copyOf(packed, packed.length - 9), new byte[0], body(100).getBytes(UTF_8))) {
      HttpResponse<String> response = post(damaged, "gzip");
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("the body must be gzip, as its Content-Encoding says");
    }
  }

  @ParameterizedTest
  @CsvSource({"deflate", "br", "zstd", "'gzip, gzip'", "nonsense"})
  void post_otherCoding_is415AndSaysWhatIsTaken(String coding) throws Exception {
    HttpResponse<String> response = post(gzip(body(100)), coding);
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.headers().firstValue("accept-encoding")).hasValue("gzip, identity");
    assertThat(response.body()).contains("\"code\":\"content_encoding\"");
  }

  @Test
  void post_gzipTwiceInTwoHeaders_is415() throws Exception {
    assertThat(post(gzip(body(100)), "gzip", "gzip").statusCode()).isEqualTo(415);
  }
}
