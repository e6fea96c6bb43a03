package io.github.bge4j.testing.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets what, and how the hub says no. */
class AccessTest {

  private final TestHub hub = TestHub.start()
      .add(Models.tiny("acme/open"))
      .add(Models.tiny("acme/private"))
      .add(Models.tiny("acme/gated"))
      .requireToken("acme/private", "hf_member")
      .gate("acme/gated", "hf_member")
      .invalidToken("hf_revoked");
  private final Client client = new Client(hub.endpoint());

  @AfterEach
  void close() {
    hub.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/acme/open/resolve/main/config.json,         none,       200, ''",
    "/acme/open/resolve/main/config.json,         hf_other,   200, ''",
    "/acme/open/resolve/main/config.json,         hf_revoked, 401, ''",
    "/acme/nothing/resolve/main/config.json,      none,       401, RepoNotFound",
    "/acme/nothing/resolve/main/config.json,      hf_other,   404, RepoNotFound",
    "/acme/private/resolve/main/config.json,      none,       401, RepoNotFound",
    "/acme/private/resolve/main/config.json,      hf_other,   404, RepoNotFound",
    "/acme/private/resolve/main/config.json,      hf_member,  200, ''",
    "/api/models/acme/private,                    none,       401, RepoNotFound",
    "/api/models/acme/private,                    hf_member,  200, ''",
    "/acme/gated/resolve/main/config.json,        none,       401, GatedRepo",
    "/acme/gated/resolve/main/model.safetensors,  hf_other,   403, GatedRepo",
    "/acme/gated/resolve/main/config.json,        hf_member,  200, ''",
    "/api/models/acme/gated,                      none,       200, ''",
    "/acme/open/resolve/nowhere/config.json,      none,       404, RevisionNotFound",
    "/api/models/acme/open/revision/nowhere,      none,       404, RevisionNotFound",
    "/acme/open/resolve/main/nothing.json,        none,       404, EntryNotFound",
    "/somewhere/else,                             none,       404, ''",
    "/,                                           none,       404, ''",
  })
  void request_withToken_isAnsweredAsTheHubDoes(
      String target, String token, int status, String code) throws Exception {
    HttpResponse<byte[]> response = token.equals("none")
        ? client.get(target)
        : client.get(target, "Authorization", "Bearer " + token);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(Client.header(response, "X-Error-Code")).isEqualTo(code);
    assertThat(Client.header(response, "X-Error-Message").isEmpty()).isEqualTo(status == 200);
  }

  @Test
  void entryNotFound_head_namesTheCommit() throws Exception {
    HttpResponse<byte[]> response = client.head("/acme/open/resolve/main/nothing.json");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Client.header(response, "X-Repo-Commit"))
        .isEqualTo(Models.tiny("acme/open").sha("main"));
  }

  @Test
  void sha_unknownRevision_isRefused() {
    assertThatThrownBy(() -> Models.tiny("a/b").sha("nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a/b has no revision nowhere; it has [main, refs/pr/1, dev, v1]");
    assertThatThrownBy(() -> TestRepo.of("a/b").tag("v1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a tag needs a commit, a/b has none: call commit(\"main\") before tag");
  }
}
