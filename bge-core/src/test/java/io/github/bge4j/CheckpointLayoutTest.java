package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model in the ways in which folders hold it. */
class CheckpointLayoutTest {

  @TempDir
  private Path folder;

  @Test
  void directory_linksAsInTheHubsCache_isUsedAsItLies() throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/abc"));
    try (Stream<Path> files = Files.list(GoldenFiles.path("m3"))) {
      for (Path file : files.toList()) {
        Path blob = Files.copy(file, blobs.resolve("blob-" + file.getFileName().hashCode()));
        Files.createSymbolicLink(snapshot.resolve(file.getFileName()), snapshot.relativize(blob));
      }
    }
    float[] expected = dense(GoldenFiles.path("m3"));
    assertThat(dense(snapshot)).isEqualTo(expected);
    try (Stream<Path> files = Files.list(snapshot)) {
      assertThat(files).hasSize(7);
    }
  }

  @Test
  void directory_missingOrEmptyFolder_throwsWithItsName() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> dense(folder.resolve("nowhere")))
        .withMessage("model folder must exist: " + folder.resolve("nowhere") + "; check the path");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> dense(folder))
        .withMessageContaining("config.json");
  }

  private static float[] dense(Path checkpoint) {
    try (BgeEmbedder embedder =
        BgeEmbedder.builder().model(ModelSource.directory(checkpoint)).build()) {
      return embedder.dense("Zambia Catalan");
    }
  }
}
