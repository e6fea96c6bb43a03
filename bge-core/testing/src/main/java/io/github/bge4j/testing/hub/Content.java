package io.github.bge4j.testing.hub;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes that can be read from any offset, as often as wanted. Immutable. */
record Content(long size, Source source) {

  /** Opens the bytes at their start. */
  interface Source {
    InputStream open() throws IOException;
  }

  /** The array is not copied. */
  static Content of(byte[] bytes) {
    return new Content(bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  static Content of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads the file anew each time: models of any size need no memory. */
  static Content of(Path file) throws IOException {
    return new Content(Files.size(file), () -> Files.newInputStream(file));
  }

  /** Returns this behind so many blanks, which are made on the fly. */
  Content afterBlanks(long count) {
    return new Content(
        count + size, () -> new SequenceInputStream(new Blanks(count), source.open()));
  }

  InputStream openAt(long offset) throws IOException {
    InputStream in = source.open();
    in.skipNBytes(offset);
    return in;
  }

  /**
   * Returns the digest of a prefix and these bytes, in lower-case hexadecimal digits.
   *
   * @param algorithm a name of {@link MessageDigest}
   */
  String digest(String algorithm, String prefix) throws IOException {
    try (InputStream in = source.open()) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(prefix.getBytes(StandardCharsets.UTF_8));
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has " + algorithm, e);
    }
  }

  private static final class Blanks extends InputStream {
    private long left;

    Blanks(long count) {
      left = count;
    }

    @Override
    public int read() {
      return left-- > 0 ? ' ' : -1;
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
      int count = (int) Math.min(left, length);
      if (count <= 0) {
        return length == 0 ? 0 : -1;
      }
      Arrays.fill(bytes, from, from + count, (byte) ' ');
      left -= count;
      return count;
    }
  }
}
