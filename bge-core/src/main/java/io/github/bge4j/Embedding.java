package io.github.bge4j;

/**
 * What the model says about one text.
 *
 * <p>Immutable as long as nobody writes to the arrays it hands out: they are not copied.
 */
public final class Embedding {

  private final float[] dense;
  private final int[] tokenIds;
  private final boolean truncated;

  Embedding(float[] dense, int[] tokenIds, boolean truncated) {
    this.dense = dense;
    this.tokenIds = tokenIds;
    this.truncated = truncated;
  }

  /**
   * Returns the dense vector, of length 1 (L2) unless normalization is switched off.
   *
   * @return shape {@code [dimension]}; not copied
   */
  public float[] dense() {
    return dense;
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
    return "Embedding[dimension="
        + dense.length
        + ", tokens="
        + tokenIds.length
        + (truncated ? ", truncated]" : "]");
  }
}
