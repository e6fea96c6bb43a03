package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineReaderTest {

  private static LineReader reader(byte[] bytes) {
    return new LineReader(new Input("in.txt", new ByteArrayInputStream(bytes), -1), 100_000);
  }

  private static List<String> lines(String text) {
    LineReader reader = reader(text.getBytes(StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line.content());
      assertThat(line.number()).isEqualTo(lines.size());
    }
    assertThat(reader.bytesRead()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    return lines;
  }

  @Test
  void next_lineEnds_onlyLfAndCrLfSeparate() {
    assertThat(lines("a\nb\r\n\nc\rd\u2028e\u0085"))
        .containsExactly("a", "b", "", "c\rd\u2028e\u0085");
  }

  @Test
  void next_noLineEndAtTheEnd_givesTheSameLines() {
    assertThat(lines("a\nb")).isEqualTo(lines("a\nb\n"));
    assertThat(lines("")).isEmpty();
  }

  @Test
  void next_byteOrderMark_isSkippedOnlyAtTheStart() {
    assertThat(lines("\uFEFFa\n\uFEFFb")).containsExactly("a", "\uFEFFb");
  }

  @Test
  void next_lineLongerThanChunk_isWhole() {
    String line = "🎉".repeat(20_000);
    assertThat(lines(line + "\nz")).containsExactly(line, "z");
  }

  @Test
  void next_malformedUtf8_namesLineAndByte() {
    LineReader reader = reader(new byte[] {'a', '\n', 'b', (byte) 0xC3, '(', '\n'});
    reader.next();
    assertThatThrownBy(reader::next)
        .isInstanceOf(UsageException.class)
        .hasMessage("in.txt line 2: a line must be UTF-8: byte 2 of it is malformed;"
            + " convert the file to UTF-8");
  }

  @Test
  void next_cutUtf8AtTheEnd_isMalformed() {
    LineReader reader = reader(new byte[] {(byte) 0xF0, (byte) 0x9F});
    assertThatThrownBy(reader::next)
        .hasMessage("in.txt line 1: a line must be UTF-8: byte 1 of it is malformed;"
            + " convert the file to UTF-8");
  }

  @Test
  void next_endlessLine_stops() {
    assertThatThrownBy(() -> reader(new byte[100_001]).next())
        .isInstanceOf(UsageException.class)
        .hasMessage("in.txt line 1: a line must have at most 100000 bytes: it has more;"
            + " is it a text file?");
  }

  @Test
  void next_brokenStream_namesFileAndReason() {
    InputStream broken = new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("Is a directory");
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        throw new IOException("Is a directory");
      }
    };
    assertThatThrownBy(() -> new LineReader(new Input("in.txt", broken, -1)).next())
        .isInstanceOf(UsageException.class)
        .hasMessage("in.txt must be a readable file: Is a directory; check the path");
  }
}
