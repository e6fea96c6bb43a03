package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages of other origins may read. */
final class CorsTest {

  private static final String PATH = "/v1/embeddings";
  private static final String ALLOW_ORIGIN = "access-control-allow-origin";

  private static RunningFacade start(String origins) {
    return new FakeModels(
            (texts, options) -> CompletableFuture.completedFuture(List.of(FakeModels.vector(1))))
        .start(Map.of("CORS_ALLOWED_ORIGINS", origins, "API_KEY", "k"));
  }

  private static HttpResponse<String> preflight(RunningFacade facade, String origin)
      throws Exception {
    return facade.send(facade
        .request(PATH)
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,x-stainless-os")
        .method("OPTIONS", BodyPublishers.noBody()));
  }

  @Test
  void preflight_ofAnAllowedOrigin_allowsWhatItAsksForWithoutAKey() throws Exception {
    try (RunningFacade facade = start("https://a.org,https://b.org")) {
      HttpResponse<String> response = preflight(facade, "https://b.org");
      assertThat(response.statusCode()).isEqualTo(204);
      HttpHeaders headers = response.headers();
      assertThat(headers.firstValue(ALLOW_ORIGIN)).hasValue("https://b.org");
      assertThat(headers.firstValue("access-control-allow-methods")).hasValue("GET, HEAD, POST");
      assertThat(headers.firstValue("access-control-allow-headers"))
          .hasValue("authorization,x-stainless-os");
      assertThat(headers.firstValue("vary")).hasValue("Origin");
      assertThat(headers.firstValue("access-control-allow-credentials")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.org, https://a.org, true",
    "https://A.org, https://a.org, true",
    "*, https://any.org, true",
    "*, null, true",
    "https://a.org, http://a.org, false",
    "https://a.org, https://a.org.evil.org, false",
    "https://a.org, https://a.org:8443, false",
    "'', https://a.org, false",
  })
  void get_ofAnOrigin_isReadableIfItIsAllowed(String origins, String origin, boolean allowed)
      throws Exception {
    try (RunningFacade facade = start(origins)) {
      HttpResponse<String> response =
          facade.send(facade.request("/health").header("Origin", origin));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue(ALLOW_ORIGIN).orElse("none"))
          .isEqualTo(allowed ? origin : "none");
      assertThat(preflight(facade, origin).statusCode()).isEqualTo(allowed ? 204 : 405);
    }
  }

  /** Else a page could not tell a wrong key from a network that fails. */
  @Test
  void post_refused_isReadableToo() throws Exception {
    try (RunningFacade facade = start("*")) {
      HttpResponse<String> response = facade.send(facade
          .request(PATH)
          .header("Origin", "https://a.org")
          .POST(BodyPublishers.ofString("{}")));
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().firstValue(ALLOW_ORIGIN)).hasValue("https://a.org");
      assertThat(response.headers().firstValue("access-control-expose-headers"))
          .hasValue("retry-after, retry-after-ms, x-bge-truncated-texts");
    }
  }
}
