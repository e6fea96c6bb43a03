package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/programs.md, compiled and run as they stand there. */
@Timeout(120)
class ProgramsTest {

  private static final String NUMBER = "-?\\d+\\.\\d+(E-?\\d+)?";

  @TempDir
  private Path folder;

  @Test
  void search_prints_aSimilarityAPassage() throws Exception {
    assertThat(run("Search", GoldenFiles.path("m3")))
        .hasSize(2)
        .allMatch(line -> line.matches("-?[01]\\.\\d\\d [A-Z].*\\."));
  }

  @Test
  void hybrid_prints_threeScoresAPassageTheBestFirst() throws Exception {
    assertThat(run("Hybrid", GoldenFiles.path("m3")))
        .hasSize(2)
        .allMatch(line -> line.matches(NUMBER + " " + NUMBER + " " + NUMBER));
  }

  @Test
  void rerank_prints_theBestTwoAndTheBestOfAll() throws Exception {
    List<String> lines =
        run("Rerank", GoldenFiles.writeModel("reranker-label0", folder.resolve("reranker")));
    assertThat(lines).hasSize(3);
    assertThat(lines.subList(0, 2)).allMatch(line -> line.matches("0\\.\\d+ .*\\."));
    assertThat(lines.get(2)).startsWith("best of 3: ");
  }

  @Test
  void ingest_gives_everyPassageBothVectors() throws Exception {
    assertThat(run("Ingest", GoldenFiles.path("m3"))).containsExactly("500 points");
  }

  @Test
  void inTime_tells_whatHappened() throws Exception {
    assertThat(run("InTime", GoldenFiles.path("m3")))
        .containsExactly(
            "200, 64 numbers",
            "504",
            "400, text 0 must be well-formed UTF-16: lone surrogate U+D800 at char 0; replace it with"
                + " U+FFFD");
  }

  private List<String> run(String name, Path model) throws Exception {
    Matcher program = Pattern.compile(
            "```java\n((?:(?!```).)*public class " + name + " .*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("..", "docs", "programs.md")));
    assertThat(program.find()).as("a program %s", name).isTrue();
    Path file = Files.writeString(folder.resolve(name + ".java"), program.group(1));
    String classPath = Jdk.classPath();
    Jdk.javac(
        "-Xlint:all",
        "-Werror",
        "-proc:none",
        "-cp",
        classPath,
        "-d",
        folder.toString(),
        file.toString());
    return Jdk.java(
            folder,
            "-cp",
            classPath + java.io.File.pathSeparator + folder,
            name,
            model.toAbsolutePath().toString())
        .lines()
        .toList();
  }
}
