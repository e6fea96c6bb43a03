package io.github.bge4j;

import io.github.bge4j.sparse.SparseVector;
import org.jspecify.annotations.Nullable;

/**
 * What the model says about one text: the outputs that were asked for.
 *
 * <p>Immutable as long as nobody writes to the arrays it hands out: they are not copied.
 */
public final class Embedding {

  private final int[] tokenIds;
  private final boolean truncated;
  private final float @Nullable [] dense;
  private final @Nullable SparseVector lexicalWeights;
  private final @Nullable MultiVector multiVector;

  Embedding(
      int[] tokenIds,
      boolean truncated,
      float @Nullable [] dense,
      @Nullable SparseVector lexicalWeights,
      @Nullable MultiVector multiVector) {
    this.tokenIds = tokenIds;
    this.truncated = truncated;
    this.dense = dense;
    this.lexicalWeights = lexicalWeights;
    this.multiVector = multiVector;
  }

  /**
   * Returns the dense vector, of length 1 (L2) unless normalization is switched off.
   *
   * @return shape {@code [dimension]}; not copied
   * @throws InvalidOptionException if {@link Output#DENSE} was not asked for
   */
  public float[] dense() {
    return asked(Output.DENSE, dense);
  }

  /**
   * Returns the lexical weights: the index is the token id, the value the largest weight that the
   * token has in the text. Special tokens and tokens without a positive weight are left out, so an
   * empty text has none. Never normalized.
   *
   * @return weights by ascending token id; their dot product with another text's is the lexical
   *     matching score
   * @throws InvalidOptionException if {@link Output#SPARSE} was not asked for
   */
  public SparseVector lexicalWeights() {
    return asked(Output.SPARSE, lexicalWeights);
  }

  /**
   * Returns one vector for every token after the first, the closing special token included.
   *
   * @return {@code tokenCount() - 1} rows
   * @throws InvalidOptionException if {@link Output#MULTI_VECTOR} was not asked for
   */
  public MultiVector multiVector() {
    return asked(Output.MULTI_VECTOR, multiVector);
  }

  /**
   * Returns the dot product of the dense vectors of two texts: their cosine, if the vectors have
   * length 1, as those of BGE models have. Where the builder or the files of the model say that
   * they do not, {@link BgeEmbedder#similarity()} names the model's measure, and
   * {@link Similarity#of} computes it.
   *
   * @param other of the same model
   * @return from -1 to 1 for vectors of length 1
   * @throws InvalidOptionException if one has no dense vector, or they have different dimensions
   */
  public double similarity(Embedding other) {
    return Similarity.DOT.of(dense(), other.dense());
  }

  private static <T> T asked(Output output, @Nullable T value) {
    if (value == null) {
      throw new InvalidOptionException(
          "the text was embedded without " + output + "; pass Output." + output + " to embed");
    }
    return value;
  }

  /**
   * Returns the ids that the model read: special tokens included, after any cut.
   *
   * @return shape {@code [tokenCount()]}; not copied
   */
  public int[] tokenIds() {
    return tokenIds;
  }

  /**
   * Returns how many tokens the model read: special tokens included, after any cut.
   *
   * @return at least 1
   */
  public int tokenCount() {
    return tokenIds.length;
  }

  /**
   * Returns whether the end of the text was cut off because it had more tokens than the limit.
   *
   * @return true if the model did not see the whole text
   */
  public boolean truncated() {
    return truncated;
  }

  @Override
  public String toString() {
    return "Embedding[tokens="
        + tokenIds.length
        + (truncated ? ", truncated" : "")
        + (dense == null ? "" : ", dense=" + dense.length)
        + (lexicalWeights == null ? "" : ", lexicalWeights=" + lexicalWeights.size())
        + (multiVector == null ? "" : ", multiVector=" + multiVector.rows())
        + "]";
  }
}
