package io.github.bge4j.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
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
    StringWriter said = new StringWriter();
    int status = ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(
            new PrintWriter(said),
            new PrintWriter(said),
            "-Xlint:all",
            "-Werror",
            "-proc:none",
            "-cp",
            Models.classPath(),
            "-d",
            folder.toString(),
            file.toString());
    assertThat(status).as("%s", said).isZero();
    Path output = folder.resolve("output.txt");
    Path errors = folder.resolve("errors.txt");
    Process process = Models.java(Models.classPath() + File.pathSeparator + folder, "Example")
        .redirectOutput(output.toFile())
        .redirectError(errors.toFile())
        .start();
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s", Files.readString(errors)).isZero();
    String printed = Files.readString(output);
    assertThat(printed.strip()).isEqualTo(block(readme, "text").strip());
  }

  private static String block(String readme, String language) {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(matcher.find()).as("README has a block of %s", language).isTrue();
    return matcher.group(1);
  }
}
