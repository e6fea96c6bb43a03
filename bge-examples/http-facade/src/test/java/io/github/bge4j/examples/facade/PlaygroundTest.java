package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page at the root; what it does in a browser, check-docs.sh tells. */
final class PlaygroundTest extends SharedFacade {

  private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^#\"]+)\"");

  PlaygroundTest() {
    super(Map.of("API_KEY", "k"));
  }

  @Test
  void root_withoutKey_servesAPageWhoseLinksAllWork() throws Exception {
    HttpResponse<String> page = facade.get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    Matcher links = LINK.matcher(page.body());
    int count = 0;
    while (links.find()) {
      assertThat(links.group(1)).doesNotContain(":");
      assertThat(facade.get("/" + links.group(1)).statusCode())
          .as(links.group(1))
          .isEqualTo(200);
      count++;
    }
    assertThat(count).isEqualTo(7);
    assertThat(facade.get("/playground/views.js").body())
        .contains("export async function compared");
  }

  /** The policy forbids what is inline, so that there must be nothing. */
  @Test
  void root_policy_hasNothingToForbid() throws Exception {
    HttpResponse<String> page = facade.get("/");
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';");
    assertThat(page.body()).doesNotContain("<style", " style=", " onclick", "<script>");
  }

  @Test
  void root_otherPaths_are404() throws Exception {
    assertThat(facade.get("/playground").statusCode()).isEqualTo(404);
    assertThat(facade.get("/playground/").statusCode()).isEqualTo(404);
    assertThat(facade.get("/index.html").statusCode()).isEqualTo(404);
  }
}
