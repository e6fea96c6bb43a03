package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Page;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The command lines of the documentation: their commands and options are there. */
class DocumentedCommandsTest {

  /** Up to what the shell does with its output. */
  private static final Pattern COMMAND = Pattern.compile("bge\\.jar +(\\w+)([^|&>\n]*)");

  static List<String> commands() {
    return Page.all().stream()
        .flatMap(page -> Stream.concat(page.blocks("sh").stream(), page.blocks("bash").stream()))
        .flatMap(block -> COMMAND.matcher(block.replace("\\\n", " ")).results())
        .map(found -> found.group(1) + found.group(2))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void options_ofADocumentedCommand_areInItsHelp(String command) {
    List<String> words = List.of(command.split(" +", -1));
    CommandRun help = CommandRun.of("", words.get(0), "--help");
    assertThat(help.exitCode()).as("%s", words.get(0)).isZero();
    assertThat(words.stream().filter(word -> word.startsWith("--")))
        .allSatisfy(option -> assertThat(help.out()).containsPattern(option + "\\b"));
  }
}
