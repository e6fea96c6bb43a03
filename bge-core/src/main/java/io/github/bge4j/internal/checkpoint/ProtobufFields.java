package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The fields of a protobuf message, one after the other; what is not asked for is skipped unread.
 *
 * <p>The generated classes would load the whole file, and a message of 2 GiB not at all.
 */
final class ProtobufFields {

  static final int VARINT = 0;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int FIXED64 = 1;
  private static final int MAX_STRING_BYTES = 4096;

  private final Window window;
  private final long end;
  private long position;
  private int number;
  private int wireType;
  private long value;
  private long payload;

  private ProtobufFields(Window window, long start, long end) {
    this.window = window;
    this.position = start;
    this.end = end;
  }

  /** Starts at the first field of a message that fills a source. */
  static ProtobufFields of(Region source) {
    return new ProtobufFields(new Window(source), 0, source.length());
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() {
    if (position == end) {
      return false;
    }
    window.countField();
    long key = readVarint();
    number = (int) Math.min(key >>> 3, Integer.MAX_VALUE);
    wireType = (int) (key & 7);
    switch (wireType) {
      case VARINT -> value = readVarint();
      case BYTES -> skip(readVarint());
      case FIXED64 -> skip(Long.BYTES);
      case FIXED32 -> skip(Integer.BYTES);
      default -> throw window.damaged("wire type " + wireType);
    }
    return true;
  }

  /** Returns whether the field has this number and wire type. */
  boolean is(int fieldNumber, int fieldType) {
    return number == fieldNumber && wireType == fieldType;
  }

  /** Returns the value of a {@link #VARINT}. */
  long value() {
    return value;
  }

  /** Returns the value of a {@link #FIXED32}. */
  float decimal() {
    int bits = 0;
    for (int i = 0; i < Float.BYTES; i++) {
      bits |= (window.at(payload + i) & 0xff) << (Byte.SIZE * i);
    }
    return Float.intBitsToFloat(bits);
  }

  /** Returns the content of a {@link #BYTES}. */
  Region region() {
    return window.source.slice(payload, position - payload);
  }

  /** Returns the content of a {@link #BYTES} as a message. */
  ProtobufFields message() {
    return new ProtobufFields(window, payload, position);
  }

  /** Returns the content of a {@link #BYTES} as text. */
  String text() {
    if (position - payload > MAX_STRING_BYTES) {
      throw window.damaged("a name of " + (position - payload) + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) (position - payload));
    for (long at = payload; at < position; at++) {
      bytes.put(window.at(at));
    }
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
  }

  /** Returns the content of a {@link #BYTES} as varints without keys. */
  ProtobufFields packed() {
    return message();
  }

  boolean hasPacked() {
    return position < end;
  }

  long nextPacked() {
    window.countField();
    return readVarint();
  }

  private void skip(long bytes) {
    if (bytes < 0 || bytes > end - position) {
      throw window.damaged(
          "a field of " + bytes + " bytes where " + (end - position) + " are left");
    }
    payload = position;
    position += bytes;
  }

  private long readVarint() {
    long result = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (position == end) {
        throw window.damaged("a number is cut");
      }
      byte next = window.at(position++);
      result |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return result;
      }
    }
    throw window.damaged("a number of more than 64 bits");
  }

  /** The bytes around the place that is read, shared by a message and those inside it. */
  private static final class Window {

    private static final int WINDOW_BYTES = 1 << 14;
    private static final int MAX_FIELDS = 1_000_000;

    private final Region source;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long start;
    private int fields;

    Window(Region source) {
      this.source = source;
    }

    byte at(long offset) {
      if (offset < start || offset >= start + bytes.limit()) {
        bytes = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, source.length() - offset));
        source.readFully(offset, bytes);
        bytes.flip();
        start = offset;
      }
      return bytes.get((int) (offset - start));
    }

    /** An encoder of 24 layers has 40,000. */
    void countField() {
      if (++fields > MAX_FIELDS) {
        throw damaged("more than " + MAX_FIELDS + " fields");
      }
    }

    ModelException damaged(String why) {
      return new ModelException(
          "an ONNX file must be a complete protobuf message of an encoder: it has " + why + ", in "
              + source.name() + "; get it again if it is the model, or name the file that is");
    }
  }
}
