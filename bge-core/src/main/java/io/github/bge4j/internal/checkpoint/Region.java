package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A stretch of a source; it always lies inside the source.
 *
 * @param offset of its first byte in the source
 * @param length in bytes
 */
public record Region(DataSource source, long offset, long length) {

  /**
   * Largest index (header, directory, pickle) that is read into memory. Those of the largest BGE
   * models have less than 200 kB.
   */
  static final int MAX_INDEX_BYTES = 8 << 20;

  /** A multiple of every element's size. */
  private static final int CHUNK_BYTES = 1 << 20;

  /**
   * Checks the bounds.
   *
   * @param source what it is a part of
   * @param offset of its first byte in the source
   * @param length in bytes
   * @throws ModelException if it reaches out of the source
   */
  public Region {
    checkInside(source, offset, length, source.size());
  }

  /** Returns a part; {@code start} counts from the start of this region. */
  Region slice(long start, long bytes) {
    checkInside(source, start, bytes, length);
    return new Region(source, offset + start, bytes);
  }

  /** Reads all of it, an index, into a little-endian buffer of its own. */
  ByteBuffer readIndex(String what) {
    if (length > MAX_INDEX_BYTES) {
      throw new ModelException(what + " must have at most " + MAX_INDEX_BYTES + " bytes: " + length
          + ", in " + source.name() + "; the file is damaged or no BGE model");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    source.readFully(offset, buffer);
    return buffer.flip();
  }

  /** Hands over all of it in order, in little-endian chunks that are good for one call only. */
  public void forEachChunk(Consumer<ByteBuffer> reader) {
    ByteBuffer chunk =
        ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, length)).order(ByteOrder.LITTLE_ENDIAN);
    for (long done = 0; done < length; done += chunk.capacity()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), length - done));
      source.readFully(offset + done, chunk);
      reader.accept(chunk.flip());
    }
  }

  private static void checkInside(DataSource source, long start, long bytes, long available) {
    if (start < 0 || bytes < 0 || bytes > available || start > available - bytes) {
      throw new ModelException(
          "every part of a model file must lie inside it: " + bytes + " bytes at " + start + " of "
              + available + ", in " + source.name()
              + "; the file is cut or damaged, get it again");
    }
  }
}
