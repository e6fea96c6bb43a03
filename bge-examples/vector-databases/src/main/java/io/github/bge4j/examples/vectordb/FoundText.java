package io.github.bge4j.examples.vectordb;

/**
 * What a hybrid search found.
 *
 * @param id of the record
 * @param text of the record
 * @param score the sum of {@code 1 / (60 + rank)} over the searches that found it, ranks from 1:
 *     reciprocal rank fusion with the constant of <a
 *     href="https://doi.org/10.1145/1571941.1572114">Cormack, Clarke and Büttcher (2009)</a>
 */
public record FoundText(String id, String text, double score) {

  /** The constant of the fusion. */
  static final int RRF_CONSTANT = 60;

  private static final int LEAST_DEPTH = 50;

  /** No approximate index here searches deeper. */
  private static final int MOST_DEPTH = 1_000;

  /** Returns how many hits of each search to fuse. */
  static int depth(int hits) {
    if (hits < 1 || hits > MOST_DEPTH) {
      throw new IllegalArgumentException(
          "hits must be from 1 to " + MOST_DEPTH + ": " + hits + "; ask for fewer, by filters");
    }
    return Math.min(MOST_DEPTH, Math.max(LEAST_DEPTH, 5 * hits));
  }
}
