package io.github.bge4j.internal.graph;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A protobuf message that is written field by field, in the order of the calls.
 *
 * <p>The generated classes of ONNX need a protobuf runtime, of which every second application has
 * another version. Not thread-safe.
 */
final class ProtobufMessage {

  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtobufMessage integer(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  ProtobufMessage real(int field, float value) {
    key(field, FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes.write(bits >>> shift);
    }
    return this;
  }

  ProtobufMessage text(int field, String value) {
    return raw(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufMessage raw(int field, byte[] value) {
    key(field, BYTES);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  ProtobufMessage message(int field, ProtobufMessage value) {
    return raw(field, value.toByteArray());
  }

  /** Writes integers one after the other, without keys between them. */
  ProtobufMessage packed(int field, long... values) {
    ProtobufMessage content = new ProtobufMessage();
    for (long value : values) {
      content.varint(value);
    }
    return message(field, content);
  }

  /** Writes the fields of another message behind those that are here. */
  ProtobufMessage fieldsOf(ProtobufMessage other) {
    bytes.writeBytes(other.toByteArray());
    return this;
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  private void key(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  /** Seven bits a byte, the lowest first; a negative number takes ten bytes. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (0x80 | (rest & 0x7f)));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
