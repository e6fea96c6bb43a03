package io.github.bge4j.sparse;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The index of a token by a hash of its text: the first 8 hex digits of SHA-256 over its UTF-8
 * form, as an unsigned number, modulo the index space.
 *
 * <p>For weights whose keys are texts. Where the texts are decimal token ids, as in FlagEmbedding's
 * {@code lexical_weights} as JSON, the result is that of {@link SparseTokenMapper#hash(long)};
 * where they are the tokens' own texts, it is that of {@link SparseTokenMapper#hashText}.
 *
 * <p>Thread-safe. Each token costs one SHA-256.
 */
public final class TextHash {

  private TextHash() {}

  /**
   * Returns the index of a token.
   *
   * @param token its text, well-formed
   * @param indexSpace number of indices, from 1 to 2^32
   * @return from 0 to {@code indexSpace - 1}
   * @throws IllegalArgumentException if the index space is out of bounds
   */
  public static long index(String token, long indexSpace) {
    return hash(token) % SparseTokenMapper.checkIndexSpace(indexSpace);
  }

  /**
   * Maps the weights of a text. Weights of tokens that share an index are added, in double and in
   * the order of the tokens' texts; the iteration order of the map does not count.
   *
   * @param weights finite weights by token, rounded to float
   * @param indexSpace number of indices, from 1 to 2^32
   * @return one entry an index
   * @throws IllegalArgumentException if the index space is out of bounds, or a weight or sum is not
   *     a finite float
   */
  public static SparseVector map(Map<String, ? extends Number> weights, long indexSpace) {
    SparseTokenMapper.checkIndexSpace(indexSpace);
    SortedMap<String, Number> ordered = new TreeMap<>(weights);
    long[] indices =
        ordered.keySet().stream().mapToLong(key -> hash(key) % indexSpace).toArray();
    float[] values = new float[indices.length];
    int position = 0;
    for (Number weight : ordered.values()) {
      values[position++] = weight.floatValue();
    }
    return Entries.sort(indices, values).summed();
  }

  /** Returns the hash before it is cut to an index space: from 0 to 2^32 - 1. */
  static long hash(String token) {
    byte[] digest = sha256().digest(token.getBytes(StandardCharsets.UTF_8));
    long hash = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      hash = hash << Byte.SIZE | Byte.toUnsignedInt(digest[i]);
    }
    return hash;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }
}
