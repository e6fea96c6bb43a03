package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import io.github.bge4j.testing.hub.TestRepo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is downloaded, what is not, and where it lies. */
class HubModelsTest extends HubTest {

  private static final Set<String> NEEDED = Set.of(
      "config.json",
      "tokenizer.json",
      "1_Pooling/config.json",
      "pytorch_model.bin",
      "sparse_linear.pt",
      "colbert_linear.pt");

  private String commit() {
    try (var children = Files.list(cache.resolve("models--BAAI--bge-m3/snapshots"))) {
      return children.map(child -> child.getFileName().toString()).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void downloadsWhatIsNeededAndNothingElse() throws IOException {
    Path folder = find();

    assertThat(new CachedSnapshot(on.cached(), commit()).names()).isEqualTo(NEEDED);
    assertThat(folder.resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
    assertThat(on.downloads()).doesNotContain("onnx/model.onnx", "optimizer.pt", "README.md");
  }

  @Test
  void liesAsThePythonClientHasIt() throws IOException {
    Path folder = find();

    Path root = cache.resolve("models--BAAI--bge-m3");
    assertThat(folder).isEqualTo(root.resolve("snapshots").resolve(commit()));
    assertThat(root.resolve("refs/main")).hasContent(commit());
    assertThat(Files.readSymbolicLink(folder.resolve("config.json")).toString())
        .matches("\\.\\./\\.\\./blobs/[0-9a-f]{40}");
    assertThat(Files.readSymbolicLink(folder.resolve("1_Pooling/config.json")).toString())
        .matches("\\.\\./\\.\\./\\.\\./blobs/[0-9a-f]{40}");
    assertThat(Files.readSymbolicLink(folder.resolve("pytorch_model.bin")).toString())
        .matches("\\.\\./\\.\\./blobs/[0-9a-f]{64}");
  }

  @Test
  void asksNobodyAboutWhatIsThere() {
    Path folder = find();
    int asked = on.hub.requests().size();

    assertThat(find()).isEqualTo(folder);
    assertThat(on.offline().find(MODEL)).isEqualTo(folder);
    assertThat(on.hub.requests()).hasSize(asked);
  }

  @Test
  void staysAtItsVersionUntilItIsPulled() {
    Path old = find();
    on.hub.add(on.repo.file("config.json", HubFixture.text("{\"new\": true}")));

    assertThat(find()).isEqualTo(old);
    Path pulled = on.client().pull(MODEL);

    assertThat(pulled).isNotEqualTo(old);
    assertThat(pulled.resolve("config.json")).hasContent("{\"new\": true}");
    assertThat(find()).isEqualTo(pulled);
    assertThat(on.hub.bytesSent("pytorch_model.bin")).isEqualTo(HubFixture.WEIGHT_BYTES);
  }

  @Test
  void aCommitIsFoundWithoutABranch() {
    String commit = find().getFileName().toString();

    assertThat(on.offline().find(MODEL.at(commit))).endsWithRaw(Path.of(commit));
  }

  @Test
  void aTagIsKeptUnderItsName() {
    on.hub.add(on.repo.commit("main").tag("v1.0"));

    Path folder = on.client().find(MODEL.at("v1.0"));

    assertThat(on.offline().find(MODEL.at("v1.0"))).isEqualTo(folder);
    assertThatThrownBy(() -> on.offline().find(MODEL))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("it has no revision main");
  }

  @Test
  void offlineTouchesNoNetworkAndSaysWhatIsMissing() {
    assertThatThrownBy(
            () -> on.client(on.settings(on.hub.endpoint(), null, true)).find(MODEL))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("must be in the cache when offline")
        .hasMessageContaining("unset HF_HUB_OFFLINE");
    assertThat(on.hub.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "pytorch_model.bin", "sparse_linear.pt"})
  void aDamagedFileIsFoundAndReplaced(String file) throws IOException {
    Path folder = find();
    byte[] right = Files.readAllBytes(folder.resolve(file));
    byte[] wrong = right.clone();
    wrong[right.length / 2] ^= 1;
    Path blob = folder.resolve(file).toRealPath();
    Files.write(blob, wrong);
    Files.setLastModifiedTime(blob, FileTime.fromMillis(1));

    assertThatThrownBy(() -> on.offline().find(MODEL)).hasMessageContaining(file + " is damaged");
    Path healed = find();

    assertThat(healed).isEqualTo(folder);
    assertThat(healed.resolve(file)).hasBinaryContent(right);
  }

  @Test
  void aDamagedModelIsHealedAtItsOwnVersion() throws IOException {
    Path folder = find();
    on.hub.add(on.repo.file("config.json", HubFixture.text("{\"new\": true}")));
    Files.write(folder.resolve("sparse_linear.pt").toRealPath(), new byte[1]);

    assertThat(find()).isEqualTo(folder);
  }

  @Test
  void aPullFindsDamageThatLeftNoTrace() throws IOException {
    Path folder = find();
    Path blob = folder.resolve("pytorch_model.bin").toRealPath();
    FileTime time = Files.getLastModifiedTime(blob);
    byte[] wrong = on.weights.clone();
    wrong[9] ^= 1;
    Files.write(blob, wrong);
    Files.setLastModifiedTime(blob, time);

    on.client().pull(MODEL);

    assertThat(folder.resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "pytorch_model.bin", "sparse_linear.pt"})
  void aFileThatIsGoneIsReplaced(String file) throws IOException {
    Path folder = find();
    byte[] right = Files.readAllBytes(folder.resolve(file));
    Files.delete(folder.resolve(file).toRealPath());

    assertThat(find().resolve(file)).hasBinaryContent(right);
    assertThat(on.downloads().stream().filter(file::equals)).hasSizeGreaterThan(1);
  }

  @Test
  void withoutSymbolicLinksItUsesHardOnes() throws IOException {
    Linker noSymbolic = Linker.firstOf(List.of(HubModelsTest::refuse, Linker.HARD, Linker.MOVE));

    Path folder =
        on.client(on.settings(), new DownloadListener() {}, noSymbolic).find(MODEL);

    Path file = folder.resolve("pytorch_model.bin");
    assertThat(file).isRegularFile().hasBinaryContent(on.weights);
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(on.offline().find(MODEL)).isEqualTo(folder);
  }

  @Test
  void withoutLinksFilesLieInTheirFolderOnceAndHealThere() throws IOException {
    Linker noLinks = Linker.firstOf(List.of(HubModelsTest::refuse, Linker.MOVE));
    HubModels client = on.client(on.settings(), new DownloadListener() {}, noLinks);

    Path folder = client.find(MODEL);
    Path file = folder.resolve("pytorch_model.bin");
    assertThat(cache.resolve("models--BAAI--bge-m3/blobs")).isEmptyDirectory();
    Files.write(file, new byte[HubFixture.WEIGHT_BYTES]);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    assertThat(client.find(MODEL).resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
  }

  private static void refuse(Path link, Path blob) throws IOException {
    throw new FileSystemException("no links here");
  }

  @Test
  void theModelIsWholeOnlyWithItsHeads() throws IOException {
    Path folder = find();
    Files.delete(folder.resolve("sparse_linear.pt"));
    Files.delete(on.cached().receipt(commit()));

    assertThat(find().resolve("sparse_linear.pt")).exists();
  }

  /** As in a cache that was copied with its links followed. */
  @Test
  void aGoodFileIsNotReplacedByADamagedBlob() throws IOException {
    Path folder = find();
    Path file = folder.resolve("pytorch_model.bin");
    Path blob = file.toRealPath();
    Files.delete(file);
    Files.write(file, on.weights);
    Files.write(blob, new byte[HubFixture.WEIGHT_BYTES]);

    on.client().pull(MODEL);

    assertThat(file).hasBinaryContent(on.weights);
    assertThat(find().resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
  }

  @Test
  void headsThatWereMissingOfflineAreFetchedOnline() throws IOException {
    Path folder = find();
    Files.delete(folder.resolve("sparse_linear.pt"));
    Files.delete(on.cached().receipt(commit()));
    on.offline().find(MODEL);

    assertThat(find().resolve("sparse_linear.pt")).exists();
  }

  @Test
  void aCommitThatTheHubForgotIsReplacedByTheBranch() throws IOException {
    Path folder = find();
    Files.write(folder.resolve("sparse_linear.pt").toRealPath(), new byte[1]);
    on.hub.add(TestRepo.of(MODEL.name())
        .file("config.json", HubFixture.text("{\"another\": true}"))
        .file("tokenizer.json", HubFixture.text("{}"))
        .lfs("model.safetensors", on.weights));

    assertThat(find().resolve("config.json")).hasContent("{\"another\": true}");
  }

  @Test
  void aModelWithoutHeadsIsNotAskedForThemTwice() {
    on.hub.add(on.repo.remove("sparse_linear.pt").remove("colbert_linear.pt"));
    Path folder = find();
    int asked = on.hub.requests().size();

    assertThat(find()).isEqualTo(folder);
    assertThat(on.hub.requests()).hasSize(asked);
  }

  @Test
  void aModelWithoutWeightsIsRefusedBeforeAnythingIsDownloaded() {
    on.hub.add(on.repo.remove("pytorch_model.bin").remove("onnx/model.onnx"));

    assertThatThrownBy(this::find)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("a model must have weights in model.safetensors");
    assertThat(on.downloads()).isEmpty();
  }
}
