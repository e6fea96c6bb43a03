package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SnippetTest {

  @Test
  void of_shortText_isWholeOnOneLine() {
    assertThat(Snippet.of(" a\n\tb\u001b[31m ")).isEqualTo("a b [31m");
  }

  @Test
  void of_longText_isCutAfterAWord() {
    assertThat(Snippet.of("four ".repeat(50))).isEqualTo("four ".repeat(20) + "...");
  }

  @Test
  void of_longTextWithoutSpace_isCutBetweenCharacters() {
    assertThat(Snippet.of("x" + "🎉".repeat(100))).isEqualTo("x" + "🎉".repeat(49) + " ...");
  }
}
