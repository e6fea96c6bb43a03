package io.github.bge4j.testing.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Model information, trees and references. */
class ListingTest {

  private static final String INFO = "/api/models/" + Models.ID;

  private final TestRepo repo = Models.tiny(Models.ID);
  private final TestHub hub = TestHub.start().add(repo).add(Models.tiny("alone"));
  private final Client client = new Client(hub.endpoint());

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void info_withoutBlobs_hasNamesOnly() throws Exception {
    JsonObject info = client.json(INFO).getAsJsonObject();
    assertThat(info.get("id").getAsString()).isEqualTo(Models.ID);
    assertThat(info.get("sha").getAsString()).isEqualTo(repo.sha("main")).hasSize(40);
    assertThat(info.getAsJsonArray("siblings"))
        .hasSize(4)
        .allMatch(sibling -> sibling.getAsJsonObject().keySet().size() == 1);
    assertThat(client.json("/api/models/alone").getAsJsonObject().has("author")).isFalse();
  }

  @Test
  void info_withBlobs_hasSizesAndHashes() throws Exception {
    JsonArray siblings =
        client.json(INFO + "?blobs=true").getAsJsonObject().getAsJsonArray("siblings");
    // The hash of "{}" is Git's own: echo -n '{}' | git hash-object --stdin
    assertThat(siblings.get(0))
        .hasToString(
            "{\"rfilename\":\"1_Pooling/config.json\",\"size\":2,\"blobId\":\"9e26dfeeb6e641a33dae4961196235bdb965b21b\"}");
    JsonObject lfs = siblings.get(3).getAsJsonObject().getAsJsonObject("lfs");
    assertThat(lfs.get("sha256").getAsString())
        .isEqualTo(Content.of(Models.weights(1)).digest("SHA-256", ""));
    assertThat(lfs.get("size").getAsInt()).isEqualTo(Models.WEIGHTS_BYTES);
    assertThat(lfs.get("pointerSize").getAsInt()).isEqualTo(131);
  }

  @Test
  void info_ofRevisions_meansTheirCommits() throws Exception {
    for (String revision : List.of("main", "v1", "dev", "refs/pr/1", repo.sha("v1"))) {
      JsonElement info = client.json(INFO + "/revision/" + Query.escape(revision));
      assertThat(info.getAsJsonObject().get("sha").getAsString()).isEqualTo(repo.sha(revision));
    }
    String shortSha = repo.sha("v1").substring(0, 7);
    JsonElement info = client.json(INFO + "/revision/" + shortSha);
    assertThat(info.getAsJsonObject().get("sha").getAsString()).isEqualTo(repo.sha("v1"));
    assertThat(List.of(repo.sha("main"), repo.sha("dev"), repo.sha("refs/pr/1")))
        .doesNotHaveDuplicates()
        .doesNotContain(repo.sha("v1"));
  }

  @Test
  void tree_inPages_linksToTheNext() throws Exception {
    hub.pageEntries(2);
    List<String> paths = new ArrayList<>();
    String next = INFO + "/tree/main?recursive=true";
    int pages = 0;
    while (!next.isEmpty()) {
      HttpResponse<byte[]> page = client.get(next);
      JsonArray entries = JsonParser.parseString(Client.text(page)).getAsJsonArray();
      entries.forEach(entry -> paths.add(entry.getAsJsonObject().get("path").getAsString()));
      next = Client.header(page, "Link").replaceAll("^<(.*)>; rel=\"next\"$", "$1");
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(paths)
        .containsExactly(
            "1_Pooling",
            "1_Pooling/config.json",
            "a name+with %&ü.txt",
            "config.json",
            Models.WEIGHTS);
  }

  @Test
  void tree_notRecursive_hasDirectChildren() throws Exception {
    assertThat(client.json(INFO + "/tree/main").getAsJsonArray()).hasSize(4);
    JsonArray folder = client.json(INFO + "/tree/main/1_Pooling?expand=True").getAsJsonArray();
    assertThat(folder).hasSize(1);
    assertThat(folder.get(0).getAsJsonObject().keySet())
        .contains("type", "oid", "size", "path", "lastCommit");
    assertThat(client.get(INFO + "/tree/main/nowhere").statusCode()).isEqualTo(404);
  }

  @Test
  void refs_askedFor_listBranchesTagsAndPulls() throws Exception {
    JsonObject refs = client.json(INFO + "/refs?include_prs=1").getAsJsonObject();
    assertThat(refs.getAsJsonArray("branches")).hasSize(2);
    assertThat(refs.getAsJsonArray("tags")
            .get(0)
            .getAsJsonObject()
            .get("targetCommit")
            .getAsString())
        .isEqualTo(repo.sha("v1"));
    assertThat(refs.getAsJsonArray("pullRequests")).hasSize(1);
    assertThat(client.json(INFO + "/refs").getAsJsonObject().has("pullRequests"))
        .isFalse();
  }

  @Test
  void listing_withFault_isSpoilt() throws Exception {
    hub.faults(
        On.listing(),
        Fault.extraNames("../x", "", "a\\b"),
        Fault.hashes("../../x"),
        Fault.withoutSizes(),
        Fault.notJson(),
        Fault.htmlPage(),
        Fault.huge(1_000_000),
        Fault.none());
    assertThat(names(INFO + "?blobs=true")).contains("../x", "", "a\\b", "config.json");
    assertThat(Client.text(client.get(INFO + "?blobs=true")))
        .contains("\"sha256\":\"../../x\"", "\"blobId\":\"../../x\"");
    assertThat(Client.text(client.get(INFO + "?blobs=true"))).doesNotContain("size", "lfs");
    assertThat(Client.text(client.get(INFO))).isEqualTo("{\"id\":\"BA");
    HttpResponse<byte[]> page = client.get(INFO);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(Client.header(page, "Content-Type")).startsWith("text/html");
    byte[] huge = client.get(INFO).body();
    byte[] usual = client.get(INFO).body();
    assertThat(huge).hasSize(1_000_000 + usual.length).endsWith(usual);
  }

  @Test
  void tree_withExtraNames_listsThem() throws Exception {
    hub.always(On.kind(RequestKind.TREE), Fault.extraNames("/etc/x"));
    JsonArray tree = client.json(INFO + "/tree/main").getAsJsonArray();
    assertThat(tree.get(4).getAsJsonObject().get("path").getAsString()).isEqualTo("/etc/x");
  }

  private List<String> names(String target) throws IOException, InterruptedException {
    return client.json(target).getAsJsonObject().getAsJsonArray("siblings").asList().stream()
        .map(sibling -> sibling.getAsJsonObject().get("rfilename").getAsString())
        .toList();
  }
}
