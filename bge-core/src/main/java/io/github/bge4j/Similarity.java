package io.github.bge4j;

/**
 * How the dense vectors of a model are compared, as its files say. Larger is more similar for
 * {@link #COSINE} and {@link #DOT}; for the distances smaller is.
 */
public enum Similarity {
  /** The dot product of the vectors at length 1. */
  COSINE,
  /** The dot product of the vectors as they are. */
  DOT,
  /** The length (L2) of the difference. */
  EUCLIDEAN,
  /** The sum of the absolute differences. */
  MANHATTAN;

  /**
   * Compares two dense vectors; O(dimension) time.
   *
   * @param a a vector
   * @param b a vector of the same model
   * @return computed in double; for {@link #COSINE} NaN if a vector is zero
   * @throws InvalidOptionException if they have different dimensions
   */
  public double of(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new InvalidOptionException("dense vectors must have one dimension to be compared: "
          + a.length + " != " + b.length + "; are they of one model?");
    }
    return switch (this) {
      case COSINE -> dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
      case DOT -> dot(a, b);
      case EUCLIDEAN -> {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
          squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        yield Math.sqrt(squares);
      }
      case MANHATTAN -> {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
          sum += Math.abs((double) a[i] - b[i]);
        }
        yield sum;
      }
    };
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
