package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
final class DocsPagesTest {

  private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

  private RunningFacade facade;

  @SuppressWarnings("NullAway.Init") // Before all tests.
  DocsPagesTest() {}

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    facade = new RunningFacade(folder, Map.of("API_KEY", "k"));
  }

  @AfterAll
  void stop() {
    facade.close();
  }

  @Test
  void docs_withoutKey_servesAPageWhoseLinksAllWork() throws Exception {
    Matcher links = LINK.matcher(facade.get("/docs").body());
    int count = 0;
    while (links.find()) {
      assertThat(links.group(1)).doesNotContain(":");
      assertThat(facade.get("/" + links.group(1)).statusCode()).isEqualTo(200);
      count++;
    }
    assertThat(count).isEqualTo(5);
  }

  @Test
  void docs_headers_forbidOtherHostsAndGuessing() throws Exception {
    HttpResponse<String> response = facade.get("/docs");
    assertThat(response.headers().firstValue("content-security-policy").orElse(""))
        .startsWith("default-src 'none'; script-src 'self';")
        .doesNotContain("http", "*", "unsafe");
    assertThat(response.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(response.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
  }

  @Test
  void page_knownTag_is304WithoutBody() throws Exception {
    HttpResponse<String> first = facade.get("/docs/swagger-ui-bundle.js");
    String tag = first.headers().firstValue("etag").orElseThrow();
    HttpResponse<String> second =
        facade.send(facade.request("/docs/swagger-ui-bundle.js").header("If-None-Match", tag));
    assertThat(first.body()).contains("SwaggerUIBundle");
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
    assertThat(second.headers().firstValue("cache-control")).hasValue("no-cache");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/docs/swagger-ui.js",
        "/docs/index.html",
        "/docs/../openapi.json",
        "/docs/%2e%2e/%2e%2e/FacadeSettings.class",
        "/docs/..%2fopenapi.json",
        "/docs//etc/passwd",
        "/META-INF/MANIFEST.MF",
      })
  void page_anyOtherPath_is404(String path) throws Exception {
    assertThat(facade.get(path).statusCode()).isEqualTo(404);
  }
}
