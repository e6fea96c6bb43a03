package io.github.bge4j.examples.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file or standard input, open for reading.
 *
 * @param name what messages call it
 * @param size number of bytes, or -1 if unknown
 */
record Input(String name, InputStream stream, long size) implements Closeable {

  /** The name that means standard input or output. */
  static final Path DASH = Path.of("-");

  /** Opens a file, or standard input for {@code -}. */
  static Input open(Path path, Stdio stdio) {
    return path.equals(DASH) ? new Input("<stdin>", stdio.in(), -1) : open(path);
  }

  static Input open(Path path) {
    try {
      long size = Files.isRegularFile(path) ? Files.size(path) : -1;
      return new Input(path.toString(), Files.newInputStream(path), size);
    } catch (IOException e) {
      throw FileProblem.unreadable(path.toString(), e);
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
