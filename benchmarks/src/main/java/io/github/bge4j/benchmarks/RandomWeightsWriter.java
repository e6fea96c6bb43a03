package io.github.bge4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes files of random fp32 weights between -0.05 and 0.05, the same for the same name. */
final class RandomWeightsWriter {

  private static final int CHUNK_ELEMENTS = 1 << 18;

  private RandomWeightsWriter() {}

  static void safetensors(Path file, Map<String, int[]> shapes) throws IOException {
    StringJoiner header = new StringJoiner(",", "{", "}");
    // Without it, transformers refuses the file.
    header.add("\"__metadata__\":{\"format\":\"pt\"}");
    long offset = 0;
    for (Map.Entry<String, int[]> weight : shapes.entrySet()) {
      long end = offset + Float.BYTES * elements(weight.getValue());
      header.add("\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
          .formatted(weight.getKey(), Arrays.toString(weight.getValue()), offset, end));
      offset = end;
    }
    byte[] json = padded(header.toString()).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] length = new byte[Long.BYTES];
      ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length);
      out.write(length);
      out.write(json);
      for (Map.Entry<String, int[]> weight : shapes.entrySet()) {
        forEachChunk(weight, chunk -> write(out, chunk));
      }
    }
  }

  /** The data begin at a multiple of 8, as the writer of Hugging Face has it. */
  private static String padded(String json) {
    return json + " ".repeat((8 - json.length() % 8) % 8);
  }

  /**
   * A state dictionary as {@code torch.save} writes it: an uncompressed zip with a pickle and one
   * file a storage.
   */
  static void torch(Path file, Map<String, int[]> shapes) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setMethod(ZipOutputStream.STORED);
      byte[] pickle = StateDictPickle.of(shapes);
      begin(zip, "archive/data.pkl", pickle.length, checksum -> checksum.update(pickle));
      zip.write(pickle);
      int storage = 0;
      for (Map.Entry<String, int[]> weight : shapes.entrySet()) {
        long bytes = Float.BYTES * elements(weight.getValue());
        begin(
            zip,
            "archive/data/" + storage++,
            bytes,
            checksum -> forEachChunk(weight, checksum::update));
        forEachChunk(weight, chunk -> write(zip, chunk));
      }
    }
  }

  private static void begin(ZipOutputStream zip, String name, long size, Consumer<CRC32> content)
      throws IOException {
    CRC32 checksum = new CRC32();
    content.accept(checksum);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(size);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
  }

  private static void forEachChunk(Map.Entry<String, int[]> weight, Consumer<byte[]> consumer) {
    SplittableRandom random = new SplittableRandom(weight.getKey().hashCode());
    long left = elements(weight.getValue());
    while (left > 0) {
      int count = (int) Math.min(left, CHUNK_ELEMENTS);
      byte[] bytes = new byte[count * Float.BYTES];
      ByteBuffer chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        chunk.putFloat((random.nextInt() >> 8) * (0.05f / (1 << 23)));
      }
      consumer.accept(bytes);
      left -= count;
    }
  }

  private static void write(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long elements(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
  }
}
