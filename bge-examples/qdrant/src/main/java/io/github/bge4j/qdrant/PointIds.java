package io.github.bge4j.qdrant;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids of points: a UUID of version 5 (RFC 9562, SHA-1) of the document's id and the number of the
 * chunk. The same chunk has the same id in every run, so that writing it again overwrites it.
 */
public final class PointIds {

  /** Of RFC 9562, appendix A. */
  private static final UUID URL = UUID.fromString("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

  private static final UUID NAMESPACE = version5(URL, "https://github.com/bge4j/bge4j#bge-qdrant");

  private PointIds() {}

  /**
   * Returns the id of a chunk's point.
   *
   * @param documentId id of the document
   * @param chunk number of the chunk, from 0
   * @return version 5 over {@code documentId#chunk}
   */
  public static UUID of(String documentId, int chunk) {
    return version5(NAMESPACE, documentId + "#" + chunk);
  }

  static UUID version5(UUID namespace, String name) {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM must have SHA-1; this one lacks it", e);
    }
    sha1.update(ByteBuffer.allocate(16)
        .putLong(namespace.getMostSignificantBits())
        .putLong(namespace.getLeastSignificantBits())
        .array());
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
    long high = (hash.getLong() & ~0xF000L) | 0x5000L;
    long low = (hash.getLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(high, low);
  }
}
