package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.CachedModel;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Caches that others share, that cannot be written to, or that users had their hands in. */
class UnusualCacheTest extends HubTest {

  /** Below a folder that is not there, with letters that not every locale can write. */
  @Override
  Path cache(Path parent) {
    String name = "not there yet/müßig 模型";
    return parent.resolve(canName(name) ? name : "not there yet");
  }

  private Path receipt(Path snapshot) {
    return on.cached().receipt(String.valueOf(snapshot.getFileName()));
  }

  private void assertOpensUnasked(Path snapshot) {
    int asked = on.hub.requests().size();
    assertThat(find()).isEqualTo(snapshot);
    assertThat(on.hub.requests()).hasSize(asked);
  }

  @Test
  void whatOneUserDownloadsOthersCanRead() throws IOException {
    Assumptions.assumeTrue(
        Files.getFileAttributeView(folder, PosixFileAttributeView.class) != null);
    Path snapshot = find();

    Path usual = Files.createFile(folder.resolve("usual"));
    for (Path file : List.of(
        cache.resolve("models--BAAI--bge-m3/refs/main"),
        receipt(snapshot),
        snapshot.resolve("pytorch_model.bin"))) {
      assertThat(Files.getPosixFilePermissions(file))
          .as("%s", file)
          .isEqualTo(Files.getPosixFilePermissions(usual));
    }
  }

  /** A file in place of the folder: nothing of ours can be read or written, whoever we are. */
  @Test
  void aWholeModelOpensWhereNothingCanBeWritten() throws IOException {
    Path snapshot = find();
    Files.move(cache.resolve(".locks"), folder.resolve("locks"));
    Files.createFile(cache.resolve(".locks"));

    assertOpensUnasked(snapshot);
  }

  @Test
  void aReceiptThatCannotBeReadIsNone() throws IOException {
    Path snapshot = find();
    Files.delete(receipt(snapshot));
    Files.createDirectories(receipt(snapshot).resolve("x"));

    assertOpensUnasked(snapshot);
  }

  @Test
  void aReceiptWithoutHashesIsNone() throws IOException {
    Path snapshot = find();
    Files.writeString(
        receipt(snapshot), "{\"config.json\": {\"size\": 2}, \"tokenizer.json\": null}");

    assertOpensUnasked(snapshot);
  }

  @Test
  void filesOfOneContentAreThereTwiceWithoutLinks() throws IOException {
    on.hub.add(on.repo.file("tokenizer_config.json", HubFixture.text("{}")));
    Linker noLinks = Linker.firstOf(List.of(UnusualCacheTest::refuse, Linker.MOVE));
    HubModels client = on.client(on.settings(), new DownloadListener() {}, noLinks);

    Path snapshot = client.find(MODEL);

    assertThat(snapshot.resolve("config.json")).hasContent("{}");
    assertThat(snapshot.resolve("tokenizer_config.json")).hasContent("{}");
    Files.delete(snapshot.resolve("tokenizer_config.json"));
    client.pull(MODEL);
    assertThat(snapshot.resolve("config.json")).hasContent("{}");
    assertThat(snapshot.resolve("tokenizer_config.json")).hasContent("{}");
  }

  private static void refuse(Path link, Path blob) throws IOException {
    throw new FileSystemException("no links here");
  }

  @Test
  void filesOfOneContentAreOneBlobWithLinks() throws IOException {
    on.hub.add(on.repo.file("tokenizer_config.json", HubFixture.text("{}")));

    Path snapshot = find();

    assertThat(snapshot.resolve("tokenizer_config.json").toRealPath())
        .isEqualTo(snapshot.resolve("config.json").toRealPath());
    assertThat(on.downloads()).doesNotContainSequence("config.json", "tokenizer_config.json");
  }

  @Test
  void aLinkThatPythonMakesAtTheSameTimeIsWelcome() throws IOException {
    Linker late = (link, blob) -> {
      Linker.SYMBOLIC.link(link, blob);
      throw new FileAlreadyExistsException(link.toString());
    };

    Path snapshot = on.client(on.settings(), new DownloadListener() {}, late).find(MODEL);

    assertThat(snapshot.resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
  }

  @Test
  void aLinkInACircleIsAClearError() throws IOException {
    Path snapshot = find();
    Files.createSymbolicLink(snapshot.resolve("circle"), snapshot);

    assertThatThrownBy(this::find)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("the cache must be readable");
  }

  @Test
  void aStrayFileIsNoModel() throws IOException {
    Path snapshot = find();
    Files.createFile(snapshot.resolveSibling(".DS_Store"));
    Files.createFile(cache.resolve("models--stray"));

    assertThat(CachedModel.list(cache)).extracting(CachedModel::folder).containsExactly(snapshot);
  }

  @Test
  void aListOfModulesThatIsTooLargeIsNotRead() throws IOException {
    Path snapshot = find();
    try (RandomAccessFile file =
        new RandomAccessFile(snapshot.resolve("modules.json").toFile(), "rw")) {
      file.setLength(Integer.MAX_VALUE);
    }

    assertThat(CachedModel.list(cache)).extracting(CachedModel::folder).containsExactly(snapshot);
  }

  @Test
  void anInterruptedReaderIsToldSo() throws IOException {
    Path snapshot = find();
    Files.delete(receipt(snapshot));

    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(this::find)
          .isInstanceOf(HubException.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertOpensUnasked(snapshot);
  }

  @Test
  void aCacheThatIsAFileIsAClearError() throws IOException {
    Files.createDirectories(cache.resolveSibling(""));
    Files.createFile(cache);

    assertThatThrownBy(this::find)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("the cache must be readable and writable")
        .hasMessageContaining("HF_HUB_CACHE");
  }

  @Test
  void aCacheBehindALinkIsTheSame() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectories(cache));
    HubSettings throughLink = new HubSettings(on.hub.endpoint(), link, null, false);

    Path snapshot = on.client(throughLink).find(MODEL);

    assertThat(snapshot.toRealPath()).isEqualTo(find().toRealPath());
    assertThat(on.hub.bytesSent("pytorch_model.bin")).isEqualTo(HubFixture.WEIGHT_BYTES);
  }

  @Test
  void linksThatAUserReplacedByFilesAreKept() throws IOException {
    Path snapshot = find();
    Path file = snapshot.resolve("pytorch_model.bin");
    Path blob = file.toRealPath();
    Files.delete(file);
    Files.move(blob, file, StandardCopyOption.ATOMIC_MOVE);

    assertOpensUnasked(snapshot);
    assertThat(on.client().pull(MODEL)).isEqualTo(snapshot);
    assertThat(file).isRegularFile();
    assertThat(on.hub.bytesSent("pytorch_model.bin")).isEqualTo(HubFixture.WEIGHT_BYTES);
  }

  @Test
  void twoCachesAtOnceDoNotWaitForEachOther() {
    HubSettings other = new HubSettings(on.hub.endpoint(), folder.resolve("other"), null, false);
    CompletableFuture<Path> there =
        CompletableFuture.supplyAsync(() -> on.client(other).find(MODEL));

    assertThat(find().resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
    assertThat(there.join().resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
  }

  @Test
  void aListenerThatThrowsEndsTheDownloadAndNoMore() {
    IllegalStateException mistake = new IllegalStateException("a mistake of the caller");
    DownloadListener listener = new DownloadListener() {
      @Override
      public void progressed(long receivedBytes, long totalBytes) {
        throw mistake;
      }
    };

    assertThatThrownBy(() -> on.client(on.settings(), listener, Linker.BEST).find(MODEL))
        .isSameAs(mistake);
    assertThat(find().resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
  }
}
