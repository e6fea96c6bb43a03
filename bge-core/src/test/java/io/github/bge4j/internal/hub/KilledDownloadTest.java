package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Waits;
import io.github.bge4j.testing.hub.TestHub;
import io.github.bge4j.testing.hub.TestRepo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes killed at random bytes of a download: the next one goes on, nothing half is seen. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KilledDownloadTest {

  private static final int BYTES = 3_000_000;
  private static final int PIECE = 1 << 13;

  /** What the downloader reads at once. */
  private static final int BUFFER = 1 << 17;

  private static final int KILLS = 5;

  @TempDir
  private Path cache;

  private final byte[] weights = new byte[BYTES];
  private final Map<String, byte[]> files = Map.of(
      "config.json", HubFixture.text("{}"),
      "tokenizer.json", HubFixture.text("{\"version\": 1}"),
      "1_Pooling/config.json", HubFixture.text("{\"pooling_mode_cls_token\": true}"),
      "model.safetensors", weights);

  /** Who is to be killed, and when: at which byte of its own download. */
  private record Victim(PullProcess process, Path part, long from, long sentBefore, long at) {

    /**
     * Keeps the hub from sending more than a buffer that has not arrived; kills when it is time.
     */
    void sent(long total) {
      long position = from + total - sentBefore;
      Waits.until(() -> !process.process.isAlive() || arrived() >= position - BUFFER);
      if (position >= at) {
        process.kill();
      }
    }

    private long arrived() {
      return size(part, Long.MAX_VALUE);
    }
  }

  /** Thirty kills in all. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void killedAtRandomBytesItEndsWithTheRightOnes(long seed) throws Exception {
    Random random = new Random(seed);
    random.nextBytes(weights);
    TestRepo repo = TestRepo.of(MODEL.name());
    files.forEach(repo::file);
    CachedRepo cached = new CachedRepo(cache, MODEL);
    try (TestHub hub = TestHub.start().add(repo)) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(weights);
      FileHash hash = new FileHash(HexFormat.of().formatHex(digest));
      Path part = cached.part(hash);

      for (int kill = 0; kill < KILLS; kill++) {
        long from = size(part, 0);
        long at = from + 1 + random.nextLong((BYTES - from) / 2);
        assertThat(killedAt(hub, part, from, at)).isNotZero();
        assertThat(part).exists();
        assertNothingHalfIsSeen();
      }
      killWhenTheBlobAppears(hub, cached.blob(hash));
      assertNothingHalfIsSeen();

      try (PullProcess last = PullProcess.start(hub.endpoint(), cache)) {
        Path folder = last.folder();
        files.forEach((name, bytes) -> assertThat(folder.resolve(name)).hasBinaryContent(bytes));
      }
      assertNothingHalfIsSeen();
      assertThat(part).doesNotExist();
      assertThat(hub.bytesSent("model.safetensors"))
          .isBetween((long) BYTES, BYTES + KILLS * (long) (BUFFER + PIECE));
    }
  }

  private static int killedAt(TestHub hub, Path part, long from, long at) throws Exception {
    long before = hub.bytesSent("model.safetensors");
    try (PullProcess process =
        PullProcess.start(hub.endpoint(), part.resolve("../../..").normalize())) {
      hub.onBytes(PIECE, new Victim(process, part, from, before, at)::sent);
      return process.process.waitFor();
    } finally {
      hub.onBytes(PIECE, total -> {});
    }
  }

  /** It is about to make links then; one that is faster than we are has ended well. */
  private void killWhenTheBlobAppears(TestHub hub, Path blob) throws IOException {
    try (PullProcess process = PullProcess.start(hub.endpoint(), cache)) {
      Waits.until(() -> !process.process.isAlive() || Files.exists(blob));
      process.kill();
      assertThat(blob).exists();
    }
  }

  /** Whatever can be seen is whole; a branch leads to a snapshot that is. */
  private void assertNothingHalfIsSeen() throws IOException {
    Path root = cache.resolve(MODEL.folderName());
    if (Files.exists(root.resolve("refs"))) {
      assertThat(root.resolve("refs")).isDirectoryContaining("glob:**/main");
      Path snapshot =
          root.resolve("snapshots").resolve(Files.readString(root.resolve("refs/main")));
      files.keySet().forEach(name -> assertThat(snapshot.resolve(name)).exists());
    }
    if (Files.exists(root.resolve("snapshots"))) {
      try (Stream<Path> seen = Files.walk(root.resolve("snapshots"))) {
        for (Path file : seen.filter(path -> !Files.isDirectory(path)).toList()) {
          String name =
              file.subpath(root.getNameCount() + 2, file.getNameCount()).toString();
          assertThat(files).containsKey(name);
          assertThat(file).hasBinaryContent(files.get(name));
        }
      }
    }
  }

  private static long size(Path file, long otherwise) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return otherwise;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
