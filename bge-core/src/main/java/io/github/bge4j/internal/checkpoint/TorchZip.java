package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The zip container of PyTorch files, whose entries are stored as they are; with zip64.
 *
 * <p>Java's own zip classes do not say where the bytes of an entry lie. Names are only compared,
 * never used as paths; a compressed entry is refused, so nothing can grow.
 */
final class TorchZip {

  /** An XLM-R large has 400. */
  private static final int MAX_ENTRIES = 1 << 14;

  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final int END64_BYTES = 56;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int LOCATOR64_BYTES = 20;
  private static final int LOCATOR64_SIGNATURE = 0x07064b50;
  private static final int DIRECTORY_BYTES = 46;
  private static final int DIRECTORY_SIGNATURE = 0x02014b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LENGTH_FOLLOWS = 1 << 3;
  private static final long IN_ZIP64 = 0xffffffffL;

  private final Region file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** What the directory says of an entry. */
  private record Entry(long localHeader, long length) {}

  private TorchZip(Region file) {
    this.file = file;
    ByteBuffer directory = findDirectory().readIndex("the zip directory");
    while (directory.hasRemaining()) {
      if (entries.size() == MAX_ENTRIES) {
        throw damaged("it has more than " + MAX_ENTRIES + " entries");
      }
      readEntry(directory);
    }
  }

  /**
   * Reads the directory.
   *
   * @throws ModelException if the file is not a complete zip of stored entries
   */
  static TorchZip open(Region source) {
    return new TorchZip(source);
  }

  Set<String> names() {
    return entries.keySet();
  }

  /** Finds the bytes of an entry; its local header must agree with the directory. */
  Region entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw damaged("entry " + name + " is missing");
    }
    ByteBuffer header = file.slice(entry.localHeader, LOCAL_BYTES).readIndex("a zip header");
    int nameLength = unsigned(header, 26);
    long start = (long) LOCAL_BYTES + nameLength + unsigned(header, 28);
    ByteBuffer localName =
        file.slice(entry.localHeader + LOCAL_BYTES, nameLength).readIndex("a zip name");
    long localLength = Integer.toUnsignedLong(header.getInt(22));
    boolean lengthFollows = (header.getShort(6) & LENGTH_FOLLOWS) != 0;
    if (header.getInt(0) != LOCAL_SIGNATURE
        || header.getShort(8) != 0
        || (localLength != entry.length && localLength != IN_ZIP64 && !lengthFollows)
        || !localName.equals(StandardCharsets.UTF_8.encode(name))) {
      throw damaged("the header of entry " + name + " is not what the directory says");
    }
    return file.slice(entry.localHeader, file.length() - entry.localHeader)
        .slice(start, entry.length);
  }

  private void readEntry(ByteBuffer directory) {
    int at = directory.position();
    if (directory.remaining() < DIRECTORY_BYTES || directory.getInt(at) != DIRECTORY_SIGNATURE) {
      throw damaged("the directory has a wrong entry at " + at);
    }
    int nameLength = unsigned(directory, at + 28);
    int extraLength = unsigned(directory, at + 30);
    int bytes = DIRECTORY_BYTES + nameLength + extraLength + unsigned(directory, at + 32);
    if (bytes > directory.remaining()) {
      throw damaged("the directory is cut at " + at);
    }
    String name = StandardCharsets.UTF_8
        .decode(directory.slice(at + DIRECTORY_BYTES, nameLength))
        .toString();
    boolean encrypted = (directory.getShort(at + 8) & 1) != 0;
    if (encrypted || directory.getShort(at + 10) != 0) {
      throw damaged("entry " + name + " is compressed or encrypted, which PyTorch never does");
    }
    if (name.startsWith("/") || name.contains("..") || name.contains("\\")) {
      throw damaged("entry " + name + " has a path that leaves the archive");
    }
    ByteBuffer extra =
        directory.slice(at + DIRECTORY_BYTES + nameLength, extraLength).order(directory.order());
    Entry entry = sizes(directory, at, extra);
    if (entries.put(name, entry) != null) {
      throw damaged("entry " + name + " comes twice");
    }
    directory.position(at + bytes);
  }

  private Entry sizes(ByteBuffer directory, int at, ByteBuffer extra) {
    long stored = Integer.toUnsignedLong(directory.getInt(at + 20));
    long length = Integer.toUnsignedLong(directory.getInt(at + 24));
    long localHeader = Integer.toUnsignedLong(directory.getInt(at + 42));
    ByteBuffer wide = zip64(extra);
    long wideLength = length == IN_ZIP64 ? nextLong(wide) : length;
    long wideStored = stored == IN_ZIP64 ? nextLong(wide) : stored;
    long wideHeader = localHeader == IN_ZIP64 ? nextLong(wide) : localHeader;
    if (wideLength != wideStored) {
      throw damaged("an entry that is not compressed has two lengths");
    }
    return new Entry(wideHeader, wideLength);
  }

  /** Finds the extra field of zip64, which holds what did not fit 32 bits. */
  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort();
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      if (id == 1) {
        return extra.slice(extra.position(), length).order(extra.order());
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private long nextLong(ByteBuffer wide) {
    if (wide.remaining() < Long.BYTES) {
      throw damaged("a zip64 length is missing");
    }
    return wide.getLong();
  }

  private Region findDirectory() {
    long tailBytes = Math.min(file.length(), END_BYTES + MAX_COMMENT_BYTES);
    ByteBuffer tail = file.slice(file.length() - tailBytes, tailBytes).readIndex("the zip end");
    for (int at = (int) tailBytes - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && unsigned(tail, at + 20) == tailBytes - END_BYTES - at) {
        return directory(tail, at, file.length() - tailBytes + at);
      }
    }
    throw damaged("its end is missing");
  }

  private Region directory(ByteBuffer tail, int at, long end) {
    long length = Integer.toUnsignedLong(tail.getInt(at + 12));
    long offset = Integer.toUnsignedLong(tail.getInt(at + 16));
    if (length != IN_ZIP64 && offset != IN_ZIP64) {
      return file.slice(0, end).slice(offset, length);
    }
    ByteBuffer locator =
        file.slice(end - LOCATOR64_BYTES, LOCATOR64_BYTES).readIndex("the zip64 locator");
    ByteBuffer end64 = file.slice(locator.getLong(8), END64_BYTES).readIndex("the zip64 end");
    if (locator.getInt(0) != LOCATOR64_SIGNATURE || end64.getInt(0) != END64_SIGNATURE) {
      throw damaged("its zip64 end is missing");
    }
    return file.slice(0, end).slice(end64.getLong(48), end64.getLong(40));
  }

  private static int unsigned(ByteBuffer buffer, int at) {
    return Short.toUnsignedInt(buffer.getShort(at));
  }

  private ModelException damaged(String why) {
    return new ModelException("a PyTorch file must be a complete zip of stored entries: " + why
        + ", in " + file.name() + "; get it again, or model.safetensors instead");
  }
}
