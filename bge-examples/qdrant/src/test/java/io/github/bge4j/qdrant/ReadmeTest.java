package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.qdrant.testing.QdrantDouble;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program of the README, compiled and run as it stands there. */
@Timeout(120)
class ReadmeTest {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void program_asItStandsInTheReadme_storesAndFinds() throws Exception {
    Matcher program = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("README.md")));
    assertThat(program.find()).as("README has a program").isTrue();
    Path file = Files.writeString(folder.resolve("Books.java"), program.group(1));
    Jdk.javac(
        "-Xlint:all,-classfile",
        "-Werror",
        "-proc:none",
        "-cp",
        Jdk.classPath(),
        "-d",
        folder.toString(),
        file.toString());
    try (QdrantDouble server = QdrantDouble.start()) {
      String printed = Jdk.java(
          folder,
          "-Duser.dir=" + folder,
          "-cp",
          Jdk.classPath() + File.pathSeparator + folder,
          "Books",
          GoldenFiles.path("m3").toString(),
          server.url());
      assertThat(printed.lines().toList())
          .hasSize(3)
          .startsWith("2 points")
          .anyMatch(line -> line.matches("1 Pandas -?\\d.*"))
          .anyMatch(line -> line.matches("2 Paris -?\\d.*"));
      assertThat(server.collection("books").points()).hasSize(2);
    }
  }
}
