package io.github.bge4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's Java stands, line by line, in the application that the tests run. */
class ReadmeTest {

  @Test
  void javaOfTheReadme_isThatOfTheApplication() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String application = unindented(
        Files.readString(Path.of("src/test/java/io/github/bge4j/langchain4j/RagExample.java")));
    List<String> blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(readme)
        .results()
        .map(MatchResult::group)
        .map(block -> unindented(block.substring("```java\n".length(), block.length() - 3)))
        .toList();
    assertThat(blocks).hasSize(4).allSatisfy(block -> assertThat(application).contains(block));
  }

  private static String unindented(String code) {
    return String.join("\n", Stream.of(code.split("\n", -1)).map(String::strip).toList())
        .strip();
  }
}
