package io.github.bge4j.sparse;

/**
 * How many tokens of a vocabulary share an index in a mapping. Tokens that share one cannot be told
 * apart any more: their weights add up, and each counts as a match of the others.
 *
 * @param tokens token ids that have an index
 * @param indices different indices that they have
 * @param collidingTokens token ids whose index another token id has too
 * @param largestGroup most token ids of one index; 0 if no token has an index
 */
public record MappingCollisions(int tokens, int indices, int collidingTokens, int largestGroup) {

  /** Counts in ascending indices, {@link SparseTokenMapper#NO_INDEX} among them. */
  static MappingCollisions ofSorted(long[] ascending) {
    int first = 0;
    while (first < ascending.length && ascending[first] == SparseTokenMapper.NO_INDEX) {
      first++;
    }
    int groups = 0;
    int colliding = 0;
    int largest = 0;
    int next = first;
    while (next < ascending.length) {
      int begin = next;
      while (next < ascending.length && ascending[next] == ascending[begin]) {
        next++;
      }
      int members = next - begin;
      groups++;
      colliding += members > 1 ? members : 0;
      largest = Math.max(largest, members);
    }
    return new MappingCollisions(ascending.length - first, groups, colliding, largest);
  }
}
