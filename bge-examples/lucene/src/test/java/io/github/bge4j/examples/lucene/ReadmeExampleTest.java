package io.github.bge4j.examples.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Jdk;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java example of this module's README, compiled and run as it stands there. */
@Timeout(120)
final class ReadmeExampleTest {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void example_asItStandsInTheReadme_printsWhatTheReadmeSays() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    Path file = Files.writeString(folder.resolve("Example.java"), block(readme, "java"));
    Jdk.javac(
        "-Xlint:all",
        "-Werror",
        "-proc:none",
        "-cp",
        Jdk.classPath(),
        "-d",
        folder.toString(),
        file.toString());
    String printed =
        Jdk.java(folder, "-cp", Jdk.classPath() + File.pathSeparator + folder, "Example");
    assertThat(printed.strip()).isEqualTo(block(readme, "text").strip());
  }

  private static String block(String readme, String language) {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(matcher.find()).as("README has a block of %s", language).isTrue();
    return matcher.group(1);
  }
}
