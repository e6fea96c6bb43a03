package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same library in several class loaders of one JVM. */
@Timeout(120)
class ClassLoadersTest {

  private static final String LIBRARY = System.mapLibraryName("tokenizers");

  @TempDir
  private Path folder;

  @Test
  void build_inManyClassLoaders_eachOpensAndNoCopyOfTheLibraryStays() throws Exception {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    Path stale =
        leftBehind(temporary, "bge4j-tokenizers-1", Instant.now().minus(2, ChronoUnit.HOURS));
    Path young = leftBehind(temporary, "bge4j-tokenizers-2", Instant.now());
    Path other = leftBehind(temporary, "another", Instant.EPOCH);

    String printed = Jdk.java(
        folder,
        "-Djava.io.tmpdir=" + temporary,
        "-DDJL_CACHE_DIR=" + folder.resolve("djl"),
        "-cp",
        Jdk.classPath(),
        ClassLoaderProgram.class.getName(),
        GoldenFiles.path("m3").toString());

    assertThat(printed.lines()).hasSize(26).last().isEqualTo("the last one");
    assertThat(stale).doesNotExist();
    assertThat(young).exists();
    assertThat(other).exists();
    // ONNX Runtime's own folders stay, empty.
    assertThat(filesBelow(temporary))
        .containsExactlyInAnyOrder(young.resolve(LIBRARY), other.resolve(LIBRARY));
  }

  private static Path leftBehind(Path temporary, String name, Instant time) throws IOException {
    Path left = Files.createDirectories(temporary.resolve(name));
    Files.createFile(left.resolve(LIBRARY));
    Files.setLastModifiedTime(left, FileTime.from(time));
    return left;
  }

  private static List<Path> filesBelow(Path temporary) throws IOException {
    try (Stream<Path> files = Files.walk(temporary)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
