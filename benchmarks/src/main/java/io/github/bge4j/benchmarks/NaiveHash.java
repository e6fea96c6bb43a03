package io.github.bge4j.benchmarks;

import io.github.bge4j.sparse.SparseVector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;

/** The mapping {@code hash} without any thought of speed. */
final class NaiveHash {

  private NaiveHash() {}

  static Map<Long, Float> map(SparseVector weights, long indexSpace) {
    int[] ids = weights.indices();
    float[] values = weights.values();
    Map<Long, Float> byIndex = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      byIndex.merge(index(ids[i], indexSpace), values[i], Float::sum);
    }
    return byIndex;
  }

  private static long index(int tokenId, long indexSpace) {
    try {
      byte[] text = Integer.toString(tokenId).getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()) % indexSpace;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
