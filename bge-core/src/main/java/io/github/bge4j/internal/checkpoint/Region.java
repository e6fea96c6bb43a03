package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of what a model lies in, or all of it: of a file, which is opened anew for every read,
 * or of a buffer in memory. It lay inside when it was made; a file must not shrink afterwards.
 */
public final class Region {

  /**
   * Largest index (header, directory, pickle) that is read into memory. Those of the largest BGE
   * models have less than 200 kB.
   */
  static final int MAX_INDEX_BYTES = 8 << 20;

  /** A multiple of every element's size. */
  private static final int CHUNK_BYTES = 1 << 20;

  private final String name;
  private final @Nullable Path path;
  private final @Nullable ByteBuffer memory;
  private final long offset;
  private final long length;

  /** One of file and memory is there. */
  private Region(
      String name, @Nullable Path path, @Nullable ByteBuffer memory, long offset, long length) {
    this.name = name;
    this.path = path;
    this.memory = memory;
    this.offset = offset;
    this.length = length;
  }

  /**
   * Looks at a file.
   *
   * @param path it may be a symbolic link
   * @return all of it
   * @throws ModelException if it is not a file
   */
  public static Region ofFile(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new ModelException("model file must exist: " + path + "; check the path");
    }
    try {
      return new Region(path.toString(), path, null, 0, Files.size(path));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * Wraps a buffer, such as a resource of the class path.
   *
   * @param name what messages call it
   * @param content from position to limit; not copied, must not change
   */
  public static Region ofMemory(String name, ByteBuffer content) {
    ByteBuffer memory = content.slice().asReadOnlyBuffer();
    return new Region(name, null, memory, 0, memory.capacity());
  }

  /** Returns what messages call the file or the buffer. */
  public String name() {
    return name;
  }

  /** Returns the file; nothing for memory. */
  public Optional<Path> path() {
    return Optional.ofNullable(path);
  }

  /** Returns where it starts in the file or the buffer. */
  public long offset() {
    return offset;
  }

  /** Returns how many bytes it has. */
  public long length() {
    return length;
  }

  /**
   * Returns a part.
   *
   * @param start counts from the start of this region
   * @throws ModelException if it reaches out of this region
   */
  public Region slice(long start, long bytes) {
    if (start < 0 || bytes < 0 || bytes > length || start > length - bytes) {
      throw new ModelException(
          "every part of a model file must lie inside it: " + bytes + " bytes at " + start + " of "
              + length + ", in " + name + "; the file is cut or damaged, get it again");
    }
    return new Region(name, path, memory, offset + start, bytes);
  }

  /** Reads all of it, an index, into a little-endian buffer of its own. */
  ByteBuffer readIndex(String what) {
    if (length > MAX_INDEX_BYTES) {
      throw new ModelException(what + " must have at most " + MAX_INDEX_BYTES + " bytes: " + length
          + ", in " + name + "; the file is damaged or no BGE model");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    readFully(0, buffer);
    return buffer.flip();
  }

  /** Hands over all of it in order, in little-endian chunks that are good for one call only. */
  public void forEachChunk(Consumer<ByteBuffer> reader) {
    ByteBuffer chunk =
        ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, length)).order(ByteOrder.LITTLE_ENDIAN);
    for (long done = 0; done < length; done += chunk.capacity()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), length - done));
      readFully(done, chunk);
      reader.accept(chunk.flip());
    }
  }

  /**
   * Fills a buffer.
   *
   * @param start counts from the start of this region; the caller has checked that all bytes lie
   *     inside
   * @throws ModelException if they cannot be read
   */
  void readFully(long start, ByteBuffer target) {
    if (path != null) {
      readFile(path, offset + start, target);
    } else if (memory != null) {
      target.put(memory.slice(Math.toIntExact(offset + start), target.remaining()));
    }
  }

  private static void readFile(Path path, long start, ByteBuffer target) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long position = start;
      while (target.hasRemaining()) {
        int count = channel.read(target, position);
        if (count < 0) {
          throw new EOFException("it ends at byte " + position + " and was longer before");
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
