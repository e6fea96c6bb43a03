package io.github.bge4j;

/**
 * How well a passage answers a query by each of BGE-M3's three outputs and by their weighted means,
 * as {@code compute_score} of FlagEmbedding 1.4.0 defines them.
 *
 * <p>One difference, on purpose: the reference compares query tokens with the padding of a passage
 * too, so that its {@code colbert} depends on the other passages of the batch where every real
 * similarity of a token is negative. Here only real tokens count, and a pair has one score.
 *
 * @param dense dot product of the dense vectors
 * @param sparse sum over shared token ids of the products of their weights
 * @param multiVector mean over the query's tokens of the best dot product with a token of the
 *     passage
 * @param denseSparse mean of {@code dense} and {@code sparse}, weighted
 * @param all mean of the three, weighted
 */
public record HybridScore(
    float dense, float sparse, float multiVector, float denseSparse, float all) {

  /**
   * The weights of the three outputs in the means; only their ratios matter.
   *
   * @param dense of the dense score
   * @param sparse of the sparse score
   * @param multiVector of the multi-vector score
   */
  public record Weights(float dense, float sparse, float multiVector) {

    /** All three alike: the reference's default. */
    public static final Weights EQUAL = new Weights(1, 1, 1);

    /**
     * Checks the weights.
     *
     * @param dense of the dense score
     * @param sparse of the sparse score
     * @param multiVector of the multi-vector score
     */
    public Weights {
      if (!(dense >= 0
          && sparse >= 0
          && multiVector >= 0
          && dense + sparse + multiVector < Float.POSITIVE_INFINITY)) {
        throw new InvalidOptionException("weights must be finite and not negative: " + dense + ", "
            + sparse + ", " + multiVector + "; give 0 to what shall not count");
      }
      if (dense + sparse + multiVector == 0) {
        throw new InvalidOptionException(
            "at least one weight must be positive: all are 0; take Weights.EQUAL for the usual ones");
      }
    }
  }

  /**
   * Scores a passage for a query.
   *
   * @param query embedded with all three outputs
   * @param passage embedded with all three outputs by the same model
   * @param weights of the means; where both of {@code dense} and {@code sparse} are 0,
   *     {@code denseSparse} is NaN
   * @return the scores; the means are computed in float, in the order of the reference
   * @throws InvalidOptionException if an output is missing
   */
  public static HybridScore of(Embedding query, Embedding passage, Weights weights) {
    float dense = (float) Similarity.DOT.of(query.dense(), passage.dense());
    float sparse = (float) query.lexicalWeights().dot(passage.lexicalWeights());
    float multiVector = query.multiVector().maxSim(passage.multiVector());
    float sum = weights.dense + weights.sparse + weights.multiVector;
    float d = weights.dense / sum;
    float s = weights.sparse / sum;
    float m = weights.multiVector / sum;
    return new HybridScore(
        dense,
        sparse,
        multiVector,
        (sparse * s + dense * d) / (s + d),
        multiVector * m + sparse * s + dense * d);
  }
}
