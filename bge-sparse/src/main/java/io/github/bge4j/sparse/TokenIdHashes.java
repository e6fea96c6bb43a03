package io.github.bge4j.sparse;

/**
 * The hashes of token ids' decimal strings, each computed once in a JVM: they depend on no model,
 * so every index space and caller shares them. Thread-safe without locks.
 */
final class TokenIdHashes {

  /** The vocabulary of XLM-RoBERTa, and so of BGE-M3; the hashes of other ids are not kept. */
  private static final int KEPT_IDS = 250_002;

  /**
   * 4 bytes an id, 0 where the hash is not known yet. Threads may race: an entry is written whole,
   * and all write the same, so the worst is a hash computed twice.
   */
  private static final int[] HASHES = new int[KEPT_IDS];

  private TokenIdHashes() {}

  /**
   * Returns the hash of an id.
   *
   * @param tokenId from 0 to 2^32 - 1
   * @return from 0 to 2^32 - 1
   */
  static long get(long tokenId) {
    if (tokenId >= KEPT_IDS) {
      return TextHash.hash(Long.toString(tokenId));
    }
    int hash = HASHES[(int) tokenId];
    if (hash == 0) {
      hash = (int) TextHash.hash(Long.toString(tokenId));
      HASHES[(int) tokenId] = hash;
    }
    return Integer.toUnsignedLong(hash);
  }
}
