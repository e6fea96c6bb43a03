package io.github.bge4j.internal.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.StringJoiner;

/** Writes safetensors files. */
public final class TestSafetensors {

  private final StringJoiner entries = new StringJoiner(",", "{", "}");
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  public TestSafetensors add(String name, String dtype, byte[] bytes, long... shape) {
    int start = data.size();
    data.writeBytes(bytes);
    entries.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, Arrays.toString(shape), start, data.size()));
    return this;
  }

  /** Adds a weight of zeros. */
  TestSafetensors addF32(String name, long... shape) {
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return add(name, "F32", new byte[Math.toIntExact(elements * Float.BYTES)], shape);
  }

  public byte[] bytes() {
    return file(entries.toString(), data.toByteArray());
  }

  static byte[] file(String header, byte... data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return file(json.length, json, data);
  }

  static byte[] file(long claimedLength, byte[] header, byte... data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(claimedLength)
        .put(header)
        .put(data)
        .array();
  }
}
