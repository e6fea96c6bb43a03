package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java example of the README, compiled and run as it stands there. */
@Timeout(120)
class ReadmeExampleTest {

  @TempDir
  private Path folder;

  @Test
  void example_asItStandsInTheReadme_printsWhatTheReadmeSays() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    String source = block(readme, "java");
    Path file = Files.writeString(folder.resolve("Example.java"), source);
    String classPath = System.getProperty("java.class.path");
    Jdk.javac(
        "-Xlint:all",
        "-Werror",
        "-proc:none",
        "-cp",
        classPath,
        "-d",
        folder.toString(),
        file.toString());

    String printed = Jdk.java(
        folder,
        "-cp",
        Jdk.classPath(entry -> true) + java.io.File.pathSeparator + folder,
        "Example");

    assertThat(printed.strip()).isEqualTo(block(readme, "text").strip());
  }

  private static String block(String readme, String language) {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(matcher.find()).as("README has a block of %s", language).isTrue();
    return matcher.group(1);
  }
}
