package io.github.bge4j.internal.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The hash that names a file on the hub and its blob in a cache.
 *
 * @param hex 64 digits: SHA-256 of the content, for what lies in large file storage; 40 digits: the
 *     SHA-1 that git gives a blob
 */
record FileHash(String hex) {

  private static final Pattern VALID = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{40}");
  private static final int SHA256_DIGITS = 64;
  private static final int BUFFER = 1 << 20;

  /** Reads a hash; nothing if this is none, so a file name can always be made of one. */
  static Optional<FileHash> parse(String text) {
    return VALID.matcher(text).matches() ? Optional.of(new FileHash(text)) : Optional.empty();
  }

  /** Reads the hash of a file on disk. */
  boolean matches(Path file) throws IOException {
    MessageDigest digest = digest(hex.length() == SHA256_DIGITS ? "SHA-256" : "SHA-1");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (hex.length() != SHA256_DIGITS) {
        digest.update(("blob " + channel.size() + "\0").getBytes(StandardCharsets.US_ASCII));
      }
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      while (channel.read(buffer) >= 0) {
        digest.update(buffer.flip());
        buffer.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(hex);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has " + algorithm, e);
    }
  }
}
