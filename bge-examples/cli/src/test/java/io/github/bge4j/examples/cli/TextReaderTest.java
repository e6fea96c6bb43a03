package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextReaderTest {

  private static TextReader reader(String content, boolean plain) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new TextReader(
        new LineReader(new Input("t.jsonl", new ByteArrayInputStream(bytes), -1)),
        plain,
        WindowReader.WINDOW_CHARS);
  }

  @Test
  void nextWindow_blankLinesInJson_areSkippedButCounted() {
    assertThat(reader("{\"text\":\"a\"}\n\n \t\n{\"text\":\"\",\"x\":1}\n\n", false)
            .nextWindow())
        .containsExactly(new Text(1, "a"), new Text(4, ""));
  }

  @Test
  void nextWindow_plain_everyLineIsText() {
    assertThat(reader("a\n\n{\"text\":1}\n", true).nextWindow())
        .containsExactly(new Text(1, "a"), new Text(2, ""), new Text(3, "{\"text\":1}"));
  }

  @Test
  void nextWindow_escapes_areDecoded() {
    assertThat(reader("{\"text\":\"\\u0000\\ud83c\\udf89\\ud800\"}", false).nextWindow())
        .containsExactly(new Text(1, "\0🎉\ud800"));
  }

  @Test
  void nextWindow_manyTexts_endsAtTheLimitOfTexts() {
    TextReader reader = reader("x\n".repeat(WindowReader.WINDOW_ENTRIES + 1), true);
    assertThat(reader.nextWindow()).hasSize(WindowReader.WINDOW_ENTRIES);
    assertThat(reader.nextWindow())
        .containsExactly(new Text(WindowReader.WINDOW_ENTRIES + 1L, "x"));
    assertThat(reader.nextWindow()).isEmpty();
  }

  @Test
  void nextWindow_longTexts_endsAtTheLimitOfChars() {
    String half = "x".repeat(WindowReader.WINDOW_CHARS / 2);
    TextReader reader = reader((half + "\n").repeat(3), true);
    assertThat(reader.nextWindow()).hasSize(2);
    assertThat(reader.nextWindow()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "secret | found no JSON at column 7",
        "{\"text\":\"a\"} secret | found no JSON at column 20",
        "\"secret\" | found a string",
        "42 | found a number",
        "null | found null",
        "true | found a boolean",
        "[\"secret\"] | found an array",
        "{\"txt\":\"secret\"} | found an object without \"text\"",
        "{\"text\":42} | found a number as \"text\"",
        "{\"text\":null} | found null as \"text\"",
        "{\"text\":{}} | found an object as \"text\"",
      })
  void nextWindow_badLine_namesFileLineAndRemedyOnly(String line, String found) {
    TextReader reader = reader("{\"text\":\"a\"}\n\n" + line, false);
    assertThatThrownBy(reader::nextWindow)
        .isInstanceOf(UsageException.class)
        .hasMessage("t.jsonl line 3: each line must be a JSON object with a string \"text\": "
            + found + "; use --plain for plain text")
        .hasNoCause();
  }
}
