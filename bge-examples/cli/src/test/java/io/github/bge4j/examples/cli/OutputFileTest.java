package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputFileTest {

  @TempDir
  private Path directory = Path.of("");

  /** Every write fails with this reason. */
  static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  private static Stdio stdio(OutputStream out) {
    return new Stdio(
        new ByteArrayInputStream(new byte[0]),
        out,
        new PrintStream(new ByteArrayOutputStream()),
        stream -> false);
  }

  @Test
  void open_existingFile_isOverwritten() throws IOException {
    Path file = directory.resolve("out");
    Files.writeString(file, "something longer");
    try (OutputFile output = OutputFile.open(file, stdio(failing("unused")))) {
      output.write('x');
    }
    assertThat(file).hasContent("x");
  }

  @Test
  void open_missingDirectory_namesFileAndReason() {
    Path file = directory.resolve("none").resolve("out");
    assertThatThrownBy(() -> OutputFile.open(file, stdio(failing("unused"))))
        .isInstanceOf(WriteException.class)
        .hasMessage(file + " must be writable: no such file or directory;"
            + " make room or choose another --output");
  }

  @Test
  void write_fullDisk_namesReason() {
    OutputFile output = OutputFile.ofStdout(stdio(failing("No space left on device")));
    assertThatThrownBy(() -> output.write('x'))
        .isInstanceOfSatisfying(
            WriteException.class, e -> assertThat(e.closedPipe()).isFalse())
        .hasMessage("<stdout> must be writable: No space left on device;"
            + " make room or choose another --output");
  }

  @Test
  void write_closedPipe_saysSo() {
    OutputFile output = OutputFile.ofStdout(stdio(failing("Broken pipe")));
    assertThatThrownBy(() -> output.write('x'))
        .isInstanceOfSatisfying(
            WriteException.class, e -> assertThat(e.closedPipe()).isTrue());
  }
}
