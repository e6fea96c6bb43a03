package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file, opened anew for every read.
 *
 * @param path the file; it may be a symbolic link
 * @param size its length in bytes when it was looked at; it must not shrink afterwards
 */
public record FileSource(Path path, long size) implements DataSource {

  /**
   * Looks at a file.
   *
   * @throws ModelException if it is not a file
   */
  public static FileSource of(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new ModelException("model file must exist: " + path + "; check the path");
    }
    try {
      return new FileSource(path, Files.size(path));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public void readFully(long offset, ByteBuffer target) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long position = offset;
      while (target.hasRemaining()) {
        int count = channel.read(target, position);
        if (count < 0) {
          throw new EOFException("it ends at byte " + position + " and had " + size + " bytes");
        }
        position += count;
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static ModelException unreadable(Path path, IOException cause) {
    return new ModelException("model file must be readable: " + path + ": " + cause, cause);
  }
}
