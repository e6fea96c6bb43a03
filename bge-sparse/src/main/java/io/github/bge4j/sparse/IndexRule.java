package io.github.bge4j.sparse;

import java.util.function.LongUnaryOperator;

/**
 * The rule of a mapping, for all tokens of a text at once: {@code hash} is compiled together with
 * its loop, which takes a third of the time of a call for each token.
 */
@FunctionalInterface
interface IndexRule {

  /**
   * Returns the index of each token, or {@link SparseTokenMapper#NO_INDEX}.
   *
   * @param tokenIds unsigned; not written to
   * @return a new array
   */
  long[] indices(int[] tokenIds);

  /** Asks for one token after the other. */
  static IndexRule each(LongUnaryOperator indexOfToken) {
    return tokenIds -> {
      long[] indices = new long[tokenIds.length];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = indexOfToken.applyAsLong(Integer.toUnsignedLong(tokenIds[i]));
      }
      return indices;
    };
  }

  /** Hashes the decimal strings of the token ids. */
  static IndexRule hash(long indexSpace) {
    return tokenIds -> {
      long[] indices = new long[tokenIds.length];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = TokenIdHashes.get(Integer.toUnsignedLong(tokenIds[i])) % indexSpace;
      }
      return indices;
    };
  }
}
