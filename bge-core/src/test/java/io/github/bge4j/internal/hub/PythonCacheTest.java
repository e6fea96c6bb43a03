package io.github.bge4j.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.CachedModel;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cache as huggingface_hub 1.33.0 left it on Linux, file by file, after
 * {@code snapshot_download("acme/tiny")} in {@code src/test/python/hub_interop.py}. In
 * {@code refs/main} there is no newline. Older versions leave no {@code CACHEDIR.TAG} and no
 * {@code trees}.
 */
class PythonCacheTest {

  private static final WantedModel PLAIN = new WantedModel("acme/tiny", "main", false, true, null);
  private static final WantedModel UNKNOWN =
      new WantedModel("acme/tiny", "main", false, false, null);
  private static final String COMMIT = "b2c7541688915b4693e215d7888279550c153e92";
  private static final String WEIGHTS_HASH =
      "52523c7086a015d64752f1423b12a58acbe9d5e064f3ebd791626d5c64971851";

  /** Blob, content, and the files that lead to it; here these weights are the ONNX ones. */
  private static final List<List<String>> BLOBS = List.of(
      List.of(
          "4a036f56bb619924ec4189bd84ed716c766971ae",
          "{\"a\": 1}",
          "config.json",
          "tokenizer_config.json"),
      List.of(WEIGHTS_HASH, "a second form of the weights", "onnx/model.onnx"),
      List.of("d0074f41f53a62e2201c7353fd57cbf19717a3d2", "not needed", "README.md"),
      List.of(
          "e1a6994bd77dd7a73f3b90a30b314dcf5fa880a0",
          "{\"pooling_mode_cls_token\": true}",
          "1_Pooling/config.json"),
      List.of("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "", "special_tokens_map.json"),
      List.of(
          "fdef94443aef6c464d438c4654540cb4245f8f1e", "{\"version\": \"1.0\"}", "tokenizer.json"));

  @TempDir
  private Path cache;

  private Path root;
  private Path snapshot;

  @BeforeEach
  void leaveWhatPythonLeaves() throws IOException {
    root = cache.resolve("models--acme--tiny");
    snapshot = root.resolve("snapshots").resolve(COMMIT);
    write(
        cache.resolve("CACHEDIR.TAG"),
        "Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag\n");
    write(root.resolve("refs/main"), COMMIT);
    write(root.resolve("trees").resolve(COMMIT + ".json"), "{}");
    write(root.resolve(".no_exist").resolve(COMMIT).resolve("adapter_config.json"), "");
    for (List<String> blob : BLOBS) {
      write(cache.resolve(".locks/models--acme--tiny").resolve(blob.get(0) + ".lock"), "");
      write(root.resolve("blobs").resolve(blob.get(0)), blob.get(1));
      for (String name : blob.subList(2, blob.size())) {
        Path link = snapshot.resolve(name);
        Files.createDirectories(link.resolveSibling(""));
        String up = name.contains("/") ? "../../../blobs/" : "../../blobs/";
        Files.createSymbolicLink(link, Path.of(up + blob.get(0)));
      }
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
  }

  /** Nobody listens there: what is found was found without a question. */
  private HubModels client() {
    HubSettings settings = new HubSettings(URI.create("http://127.0.0.1:9"), cache, null, false);
    DownloadListener nobody = new DownloadListener() {};
    HubHttp.Timeouts timeouts = new HubHttp.Timeouts(2_000, 2_000);
    return new HubModels(
        settings, () -> new ModelDownload(settings, nobody, Linker.BEST, millis -> {}, timeouts));
  }

  private Set<String> tree() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.map(Path::toString).collect(Collectors.toSet());
    }
  }

  @Test
  void opensAsItLiesWithoutAQuestion() throws IOException {
    Set<String> before = tree();

    assertThat(client().find(PLAIN)).isEqualTo(snapshot);
    assertThat(client().find(PLAIN.at(COMMIT))).isEqualTo(snapshot);
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void opensWithANewlineBehindTheCommit() throws IOException {
    Files.writeString(root.resolve("refs/main"), COMMIT + "\n");

    assertThat(client().find(PLAIN)).isEqualTo(snapshot);
  }

  @Test
  void isListedOnce() {
    assertThat(CachedModel.list(cache))
        .containsExactly(
            new CachedModel("acme/tiny", COMMIT, List.of("main"), snapshot, 104, true));
  }

  @Test
  void damageIsSeenByTheBlobsName() throws IOException {
    Path weights = root.resolve("blobs").resolve(WEIGHTS_HASH);
    Files.writeString(weights, "a second form of the Weights");
    Files.setLastModifiedTime(weights, FileTime.fromMillis(1));

    assertThatThrownBy(() -> client().find(PLAIN))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("listing the files of acme/tiny must succeed");
  }

  @Test
  void anUnfinishedDownloadOfPythonIsNoModel() throws IOException {
    Path weights = root.resolve("blobs").resolve(WEIGHTS_HASH);
    Files.move(weights, root.resolve("blobs").resolve(WEIGHTS_HASH + ".incomplete"));

    assertThatThrownBy(() -> client().find(PLAIN)).isInstanceOf(HubException.class);
  }

  /** Whoever got it may have left out what says how its vectors are made. */
  @Test
  void aModelOfWhichThatIsNotKnownIsRefusedOffline() throws IOException {
    HubModels offline = new HubModels(
        new HubSettings(URI.create("http://127.0.0.1:9"), cache, null, true),
        new DownloadListener() {});

    assertThatThrownBy(() -> offline.find(UNKNOWN))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("which may decide about its vectors");

    Path absent = root.resolve(".no_exist").resolve(COMMIT);
    for (String name : List.of(
        "tokenizer_config.json",
        "modules.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json")) {
      if (!Files.exists(snapshot.resolve(name))) {
        assertThatThrownBy(() -> offline.find(UNKNOWN))
            .isInstanceOf(HubException.class)
            .hasMessageContaining("lacks " + name);
        write(absent.resolve(name), "");
      }
    }
    assertThat(offline.find(UNKNOWN)).isEqualTo(snapshot);
  }

  @Test
  void aRerankerNeedsNoModules() throws IOException {
    write(root.resolve(".no_exist").resolve(COMMIT).resolve("tokenizer_config.json"), "");
    Files.delete(snapshot.resolve("config.json"));
    write(
        snapshot.resolve("config.json"),
        "{\"architectures\": [\"XLMRobertaForSequenceClassification\"]}");
    assertThat(client().find(UNKNOWN)).isEqualTo(snapshot);
  }
}
