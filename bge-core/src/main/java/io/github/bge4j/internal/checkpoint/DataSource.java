package io.github.bge4j.internal.checkpoint;

import java.nio.ByteBuffer;

/** Bytes that a model lies in: a file, or a buffer in memory. Nothing is held open. */
public sealed interface DataSource permits FileSource, MemorySource {

  /** Returns what messages call it. */
  String name();

  /** Returns its length in bytes. */
  long size();

  /**
   * Fills a buffer.
   *
   * @param offset of the first byte; the caller has checked that all bytes lie inside
   * @throws io.github.bge4j.ModelException if they cannot be read
   */
  void readFully(long offset, ByteBuffer target);

  /** Returns all of it. */
  default Region all() {
    return new Region(this, 0, size());
  }
}
