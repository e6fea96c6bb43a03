package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NativeLibraryTest {

  @TempDir
  private Path folder;

  @Test
  void get_noUsableDirectory_throwsWithBothAndTheRemedyEachTime() throws Exception {
    Path bad = Files.createFile(folder.resolve("file")).resolve("bad");

    String printed = load("-Djava.io.tmpdir=" + bad, "-DDJL_CACHE_DIR=" + bad);

    assertThat(printed.lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line)
            .startsWith("refused: the native tokenizer library must load on ")
            .contains("from the cache (DJL_CACHE_DIR")
            .contains("temporary directory " + bad + ": ")
            .endsWith("by DJL_CACHE_DIR=DIR or -Djava.io.tmpdir=DIR"));
  }

  @Test
  void get_anotherSettingOfTheUser_isLeftAlone() throws Exception {
    assertThat(load("-DRUST_FLAVOR=cpu", "-DDJL_CACHE_DIR=" + folder).lines())
        .containsExactly("loaded", "loaded");
    assertThat(folder.resolve("tokenizers")).isDirectoryRecursivelyContaining("glob:**cpu**");
  }

  @Test
  void get_cachedFileDamaged_loadsACopy() throws Exception {
    load("-DDJL_CACHE_DIR=" + folder);
    Path cached;
    try (var files = Files.walk(folder.resolve("tokenizers"))) {
      cached = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    Files.writeString(cached, "cut");

    assertThat(load("-DDJL_CACHE_DIR=" + folder).lines()).containsExactly("loaded", "loaded");
  }

  private String load(String... properties) throws Exception {
    String[] arguments = new String[properties.length + 3];
    System.arraycopy(properties, 0, arguments, 0, properties.length);
    arguments[properties.length] = "-cp";
    arguments[properties.length + 1] = Jdk.classPath();
    arguments[properties.length + 2] = NativeLibraryProgram.class.getName();
    return Jdk.java(folder, arguments);
  }
}
