package io.github.bge4j.sparse;

import java.util.BitSet;
import java.util.Map;

/**
 * The hashes of the texts of a vocabulary's tokens. Thread-safe: nobody writes to it any more.
 *
 * @param hashes by token id, unsigned
 * @param known which token ids there are
 */
record VocabularyHashes(int[] hashes, BitSet known) {

  static VocabularyHashes of(Map<String, Integer> vocabulary) {
    int size = 0;
    for (int id : vocabulary.values()) {
      if (id < 0) {
        throw new IllegalArgumentException(
            "token ids must not be negative: " + id + "; pass the ids of a tokenizer");
      }
      size = Math.max(size, Math.addExact(id, 1));
    }
    VocabularyHashes result = new VocabularyHashes(new int[size], new BitSet(size));
    vocabulary.forEach((text, id) -> {
      result.hashes[id] = (int) TextHash.hash(text);
      result.known.set(id);
    });
    return result;
  }

  /** Returns the index of a token, or {@link SparseTokenMapper#NO_INDEX} if it is not known. */
  long index(long tokenId, long indexSpace) {
    if (tokenId >= hashes.length || !known.get((int) tokenId)) {
      return SparseTokenMapper.NO_INDEX;
    }
    return Integer.toUnsignedLong(hashes[(int) tokenId]) % indexSpace;
  }
}
