package io.github.bge4j.internal.checkpoint;

import java.nio.ByteBuffer;

/** Content of a file in memory, such as a resource of the class path. */
public final class MemorySource implements DataSource {

  private final String name;
  private final ByteBuffer content;

  /**
   * Wraps a buffer.
   *
   * @param name what messages call it
   * @param content from position to limit; not copied, must not change
   */
  public MemorySource(String name, ByteBuffer content) {
    this.name = name;
    this.content = content.slice().asReadOnlyBuffer();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return content.capacity();
  }

  @Override
  public void readFully(long offset, ByteBuffer target) {
    target.put(content.slice(Math.toIntExact(offset), target.remaining()));
  }
}
