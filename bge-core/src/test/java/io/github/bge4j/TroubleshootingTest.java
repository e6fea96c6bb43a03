package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Page;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of errors has all of them, and quotes messages that the code has. */
class TroubleshootingTest {

  private static final Page PAGE = Page.of("docs/troubleshooting.md");

  /** A class as an {@code api.txt} has it, which is held against the class files. */
  private static final Pattern EXCEPTION = Pattern.compile(
      "^[ +] public .*class [\\w.]+\\.(\\w+)\n.* extends [\\w.]*(?:Exception|Error)$",
      Pattern.MULTILINE);

  private static final Pattern ENTRY =
      Pattern.compile("^### `(\\w+)`\n\n(.+?)(?=^#|\\z)", Pattern.MULTILINE | Pattern.DOTALL);

  /** The cell of a table that quotes. */
  private static final Pattern QUOTES = Pattern.compile("^\\| (`.*?`) \\|", Pattern.MULTILINE);

  @Test
  void everyPublicException_hasAnEntry() {
    List<String> exceptions = Page.files("api.txt").stream()
        .flatMap(api -> EXCEPTION.matcher(Page.read(api)).results())
        .map(found -> found.group(1))
        .toList();
    assertThat(exceptions).contains("ModelException", "BatchFailedException", "StoreException");
    assertThat(entries().map(entry -> entry.group(1)))
        .as("entries of %s", PAGE)
        .containsExactlyInAnyOrderElementsOf(
            exceptions.stream().filter(name -> !name.equals("BgeException")).toList());
  }

  @Test
  void everyQuotedMessage_isInTheCode() {
    String code = sources()
        .map(source -> source.replaceAll("\"\\s*\\+\\s*\"", ""))
        .reduce("", String::concat);
    List<String> quotes = entries()
        .flatMap(entry -> QUOTES.matcher(entry.group(2)).results())
        .flatMap(cell -> Stream.of(cell.group(1).replaceAll("^`|`$", "").split("`, `", -1)))
        .flatMap(quote -> Stream.of(quote.split(" ?\\.\\.\\. ?", -1)))
        .toList();
    assertThat(quotes)
        .hasSizeGreaterThan(30)
        .allSatisfy(quote -> assertThat(code.contains(quote))
            .as("a message of the code has: %s", quote)
            .isTrue());
  }

  private static Stream<MatchResult> entries() {
    return ENTRY.matcher(PAGE.text()).results();
  }

  /** The code of all modules that others call. */
  private static Stream<String> sources() {
    return Page.files(".java").stream()
        .filter(file -> file.toString().replace('\\', '/').contains("/src/main/java/"))
        .map(Page::read);
  }
}
