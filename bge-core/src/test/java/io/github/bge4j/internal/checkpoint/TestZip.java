package io.github.bge4j.internal.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes zips of stored entries, right ones and wrong ones. */
final class TestZip {

  private static final int IN_ZIP64 = -1;

  private final boolean zip64;
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();

  /** Set for the next entry. */
  private int method;

  TestZip(boolean zip64) {
    this.zip64 = zip64;
  }

  /** Writes a state dict with one storage, {@code 0}, of 4 floats, 1 to 4. */
  static TestZip stateDict(String pickle) {
    ByteBuffer floats = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    floats.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
    return new TestZip(false)
        .add("archive/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1))
        .add("archive/data/0", floats.array());
  }

  TestZip withMethod(int next) {
    method = next;
    return this;
  }

  TestZip add(String name, byte[] content) {
    return add(name, name, content);
  }

  TestZip add(String name, String localName, byte[] content) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] localBytes = localName.getBytes(StandardCharsets.UTF_8);
    int offset = file.size();
    ByteBuffer local = buffer(30, 0x04034b50);
    local.putShort(8, (short) method).putInt(18, content.length).putInt(22, content.length);
    local.putShort(26, (short) localBytes.length);
    file.writeBytes(content(local));
    file.writeBytes(localBytes);
    file.writeBytes(content);

    ByteBuffer entry = buffer(46, 0x02014b50).putShort(10, (short) method);
    entry.putInt(20, zip64 ? IN_ZIP64 : content.length);
    entry.putInt(24, zip64 ? IN_ZIP64 : content.length);
    entry.putShort(28, (short) nameBytes.length).putShort(30, (short) (zip64 ? 28 : 0));
    entry.putInt(42, zip64 ? IN_ZIP64 : offset);
    directory.writeBytes(content(entry));
    directory.writeBytes(nameBytes);
    if (zip64) {
      ByteBuffer extra = buffer(28, 24 << 16 | 1);
      extra.putLong(content.length).putLong(content.length).putLong(offset);
      directory.writeBytes(content(extra));
    }
    method = 0;
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(file.toByteArray());
    all.writeBytes(directory.toByteArray());
    if (zip64) {
      ByteBuffer end = buffer(56, 0x06064b50);
      end.putLong(40, directory.size()).putLong(48, file.size());
      ByteBuffer locator = buffer(20, 0x07064b50).putLong(8, all.size());
      all.writeBytes(content(end));
      all.writeBytes(content(locator));
    }
    ByteBuffer end = buffer(22, 0x06054b50);
    end.putInt(12, zip64 ? IN_ZIP64 : directory.size());
    end.putInt(16, zip64 ? IN_ZIP64 : file.size());
    all.writeBytes(content(end));
    return all.toByteArray();
  }

  private static ByteBuffer buffer(int bytes, int signature) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(signature);
  }

  private static byte[] content(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }
}
