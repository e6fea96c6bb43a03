package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Directories for native libraries that cannot be used. They lie below a file, so that nobody can
 * write there, whoever runs the tests.
 */
@Timeout(120)
class UnusableDirectoryTest {

  @TempDir
  private Path folder;

  private Path good;
  private Path bad;

  @BeforeEach
  void prepare() throws IOException {
    good = Files.createDirectories(folder.resolve("good"));
    bad = Files.createFile(folder.resolve("file")).resolve("bad");
  }

  private List<String> openTwice(Path temporary, Path cache) throws Exception {
    String printed = Jdk.java(
        folder,
        "-Djava.io.tmpdir=" + temporary,
        "-DDJL_CACHE_DIR=" + cache,
        "-cp",
        Jdk.classPath(),
        UnusableDirectoryProgram.class.getName(),
        GoldenFiles.path("m3").toString());
    List<String> lines = printed.lines().toList();
    assertThat(lines).hasSize(2);
    return lines;
  }

  @Test
  void build_cacheOfTheTokenizerUnusable_opensFromACopy() throws Exception {
    assertThat(openTwice(good, bad)).containsOnly("opened: 64");
  }

  @Test
  void build_temporaryDirectoryUnusable_throwsWithItsNameEachTime() throws Exception {
    List<String> lines = openTwice(bad, good);

    assertThat(lines)
        .allSatisfy(line -> assertThat(line)
            .startsWith("refused: ONNX Runtime must load on ")
            .contains("from the temporary directory " + bad + ": ")
            .contains("-Djava.io.tmpdir=DIR"));
    assertThat(lines.get(0)).contains("FileSystemException");
    assertThat(lines.get(1)).contains("Failed to load onnx-runtime library");
  }
}
