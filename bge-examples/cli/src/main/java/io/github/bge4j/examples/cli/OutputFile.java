package io.github.bge4j.examples.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file or standard output; every failure to write is a {@link WriteException}. */
final class OutputFile extends OutputStream {

  private final String name;
  private final OutputStream target;

  private OutputFile(String name, OutputStream target) {
    this.name = name;
    this.target = target;
  }

  /** Creates or empties a file, or takes standard output for {@code -}. */
  static OutputFile open(Path path, Stdio stdio) throws WriteException {
    if (path.equals(Input.DASH)) {
      return ofStdout(stdio);
    }
    try {
      return new OutputFile(path.toString(), Files.newOutputStream(path));
    } catch (IOException e) {
      throw new WriteException(path.toString(), e);
    }
  }

  static OutputFile ofStdout(Stdio stdio) {
    return new OutputFile("<stdout>", stdio.out());
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    guard(() -> target.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    guard(target::flush);
  }

  @Override
  public void close() throws IOException {
    guard(target::close);
  }

  private void guard(Action action) throws WriteException {
    try {
      action.run();
    } catch (IOException e) {
      throw new WriteException(name, e);
    }
  }

  private interface Action {
    void run() throws IOException;
  }
}
