package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import io.github.bge4j.testing.hub.TestHub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    compile(file, "-Xlint:all", "-Werror");

    String printed =
        Jdk.java(folder, "-cp", Jdk.classPath() + java.io.File.pathSeparator + folder, "Example");

    assertThat(printed.strip()).isEqualTo(block(readme, "text").strip());
  }

  /** With nothing but the hub's address, and a home of its own. */
  @Test
  void hubExample_asItStandsInTheReadme_startsFromAHub() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    String source = block(readme.substring(readme.indexOf("### Models of the Hugging")), "java");
    Path file = Files.writeString(folder.resolve("HubExample.java"), source);
    compile(file, "-Xlint:all", "-Werror");

    try (TestHub hub = TestHub.start()) {
      hub.add(GoldenFiles.m3());
      String printed = Jdk.java(
          folder,
          Map.of("HF_ENDPOINT", hub.endpoint().toString()),
          "-Duser.home=" + folder,
          "-cp",
          Jdk.classPath() + java.io.File.pathSeparator + folder,
          "HubExample");

      assertThat(printed.strip()).matches("64 numbers, \\d+ weights");
    }
  }

  @Test
  void otherExamples_withTheirNamesDeclared_compile() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    Path file = Files.writeString(folder.resolve("Others.java"), """
        import io.github.bge4j.*;
        import io.github.bge4j.batching.*;
        import java.nio.file.Path;
        import java.time.Duration;
        import java.util.List;
        import java.util.concurrent.CompletableFuture;

        public class Others {
          record Page(String title, String text) {}

          void rerank(Path folder, List<Page> pages) {
            %s
          }

          void share(
              ModelSource source,
              ModelSource rerankerSource,
              List<String> texts,
              String question) {
            %s
          }

          void useACard() {
            %s
          }
        }
        """.formatted(
            block(readme.substring(readme.indexOf("A reranker,")), "java"),
            block(readme.substring(readme.indexOf("### Many callers")), "java"),
            block(Files.readString(Path.of("..", "docs", "cuda.md")), "java")));
    compile(file, "-Werror");
    assertThat(folder.resolve("Others.class")).exists();
  }

  private void compile(Path file, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(
        List.of("-proc:none", "-cp", Jdk.classPath(), "-d", folder.toString(), file.toString()));
    Jdk.javac(arguments.toArray(String[]::new));
  }

  private static String block(String readme, String language) {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(matcher.find()).as("README has a block of %s", language).isTrue();
    return matcher.group(1);
  }
}
