package io.github.bge4j.sparse;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * An immutable sparse vector: parallel arrays of indices and values.
 *
 * <p>Indices are unsigned 32-bit numbers, unique and ascending. Values are finite floats, of any
 * sign: lexical weights are positive, and so are sums of them, but other learned vectors have
 * negative values too. A value of zero is kept as it was given. That is the form that Qdrant
 * stores.
 *
 * <p>Two vectors are equal when their indices and values are, bit for bit (0 is not -0).
 */
public final class SparseVector {

  private static final long MAX_INDEX = 0xFFFF_FFFFL;

  /** As {@code torch.nn.functional.normalize}: a vector is divided by no less than this. */
  private static final double LEAST_NORM = 1e-12;

  private final int[] indices;
  private final float[] values;

  /** Takes the arrays over without a look at them. */
  SparseVector(int[] indices, float[] values) {
    this.indices = indices;
    this.values = values;
  }

  /**
   * Makes a vector of parallel arrays in ascending order of the index, which are copied.
   *
   * @param indices unsigned 32-bit indices, strictly ascending: -1 is 4294967295; shape {@code [n]}
   * @param values finite values; shape {@code [n]}
   * @return the vector; O(n) time
   * @throws IllegalArgumentException if the lengths differ, an index does not ascend, or a value is
   *     not finite
   */
  public static SparseVector of(int[] indices, float[] values) {
    checkLengths(indices.length, values.length);
    for (int i = 0; i < indices.length; i++) {
      if (i > 0 && Integer.compareUnsigned(indices[i - 1], indices[i]) >= 0) {
        throw new IllegalArgumentException("indices must be unique and ascending: "
            + Integer.toUnsignedString(indices[i - 1])
            + " stands before "
            + Integer.toUnsignedString(indices[i])
            + " at position "
            + i
            + "; sort them, or call ofUnsorted");
      }
      checkFinite(values[i], i);
    }
    return new SparseVector(indices.clone(), values.clone());
  }

  /**
   * Makes a vector of parallel arrays in any order, which are copied.
   *
   * @param indices unsigned 32-bit indices, unique: -1 is 4294967295; shape {@code [n]}
   * @param values finite values; shape {@code [n]}
   * @return the vector; O(n log n) time
   * @throws IllegalArgumentException if the lengths differ, an index comes twice, or a value is not
   *     finite
   */
  public static SparseVector ofUnsorted(int[] indices, float[] values) {
    checkLengths(indices.length, values.length);
    long[] unsigned = new long[indices.length];
    for (int i = 0; i < unsigned.length; i++) {
      unsigned[i] = Integer.toUnsignedLong(indices[i]);
      checkFinite(values[i], i);
    }
    return Entries.sort(unsigned, values).unique();
  }

  /**
   * Makes a vector of parallel lists in any order, as they come out of JSON.
   *
   * @param indices whole numbers from 0 to 4294967295, unique; an {@code Integer} is signed here
   * @param values finite values, rounded to float
   * @return the vector; O(n log n) time
   * @throws IllegalArgumentException if the lengths differ, an index is negative, too large, not
   *     whole or comes twice, or a value is not a finite float
   */
  public static SparseVector ofUnsorted(
      List<? extends Number> indices, List<? extends Number> values) {
    checkLengths(indices.size(), values.size());
    int[] unsigned = new int[indices.size()];
    float[] floats = new float[unsigned.length];
    for (int i = 0; i < unsigned.length; i++) {
      unsigned[i] = (int) index(indices.get(i));
      floats[i] = values.get(i).floatValue();
    }
    return ofUnsorted(unsigned, floats);
  }

  /**
   * Makes a vector of a map from index to value; the opposite of {@link #toMap()}.
   *
   * @param entries keys are whole numbers from 0 to 4294967295, an {@code Integer} is signed here;
   *     values are finite, and rounded to float
   * @return the vector; O(n log n) time
   * @throws IllegalArgumentException if an index is negative, too large or not whole, or a value is
   *     not a finite float
   */
  public static SparseVector ofMap(Map<? extends Number, ? extends Number> entries) {
    var list = List.copyOf(entries.entrySet());
    return ofUnsorted(
        list.stream().map(Map.Entry::getKey).toList(),
        list.stream().map(Map.Entry::getValue).toList());
  }

  private static void checkLengths(int indices, int values) {
    if (indices != values) {
      throw new IllegalArgumentException("indices and values must have one length: " + indices
          + " != " + values + "; give every index its value");
    }
  }

  private static void checkFinite(float value, int position) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "values must be finite: " + value + " at position " + position + "; leave its index out");
    }
  }

  private static long index(Number number) {
    long index = number.longValue();
    if (index < 0 || index > MAX_INDEX || index != number.doubleValue()) {
      throw new IllegalArgumentException("indices must be whole numbers from 0 to " + MAX_INDEX
          + ": " + number + "; pass ids of tokens, or what a mapping gave");
    }
    return index;
  }

  /**
   * Returns the number of stored entries.
   *
   * @return 0 or more
   */
  public int size() {
    return indices.length;
  }

  /**
   * Returns the indices, as unsigned 32-bit numbers, ascending.
   *
   * @return a copy; shape {@code [size()]}; {@link Integer#toUnsignedLong} reads an entry
   */
  public int[] indices() {
    return indices.clone();
  }

  /**
   * Returns the values in the order of {@link #indices()}.
   *
   * @return a copy; shape {@code [size()]}
   */
  public float[] values() {
    return values.clone();
  }

  /**
   * Returns the indices, ascending.
   *
   * @return numbers from 0 to 4294967295, {@link #size()} of them; unmodifiable
   */
  public List<Long> indexList() {
    return IntStream.of(indices).mapToObj(Integer::toUnsignedLong).toList();
  }

  /**
   * Returns the values in the order of {@link #indexList()}.
   *
   * @return {@link #size()} values; unmodifiable
   */
  public List<Float> valueList() {
    return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
  }

  /**
   * Returns the values by index, ascending: what Milvus takes.
   *
   * @return an unmodifiable copy with {@link #size()} entries
   */
  public SortedMap<Long, Float> toMap() {
    SortedMap<Long, Float> map = new TreeMap<>();
    for (int i = 0; i < indices.length; i++) {
      map.put(Integer.toUnsignedLong(indices[i]), values[i]);
    }
    return Collections.unmodifiableSortedMap(map);
  }

  /**
   * Returns the dot product with another vector, summed in double in ascending order of the index.
   * For two texts' lexical weights it is the lexical matching score
   * ({@code compute_lexical_matching_score} of FlagEmbedding 1.4.0), and likewise for what one
   * {@link SparseTokenMapper} makes of them, apart from colliding tokens.
   *
   * @param other any vector over the same index space
   * @return the sum over the indices that both have, 0 if there is none; O(n + m) time
   */
  public double dot(SparseVector other) {
    double sum = 0;
    int i = 0;
    int j = 0;
    while (i < indices.length && j < other.indices.length) {
      int order = Integer.compareUnsigned(indices[i], other.indices[j]);
      if (order == 0) {
        sum += (double) values[i++] * other.values[j++];
      } else if (order < 0) {
        i++;
      } else {
        j++;
      }
    }
    return sum;
  }

  /**
   * Returns the length of the vector (L2), summed in double.
   *
   * @return 0 or more
   */
  public double norm() {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  /**
   * Returns the vector scaled to length 1 (L2); one shorter than 1e-12 is divided by that. The
   * reference never does it to lexical weights.
   *
   * @return a new vector with the same indices
   */
  public SparseVector normalized() {
    double norm = Math.max(norm(), LEAST_NORM);
    float[] scaled = new float[values.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (values[i] / norm);
    }
    return new SparseVector(indices, scaled);
  }

  /**
   * Returns the entries that count most: those whose values are farthest from zero. Of equal ones
   * the lower index stays.
   *
   * @param k most entries of the result
   * @return a vector with {@code min(k, size())} entries; O(n log n) time
   * @throws IllegalArgumentException if {@code k} is negative
   */
  public SparseVector topK(int k) {
    if (k < 0) {
      throw new IllegalArgumentException("k must not be negative: " + k + "; 0 leaves no entry");
    }
    if (k >= values.length) {
      return this;
    }
    // What is far from zero has a large bit pattern; position in the lower half.
    long[] ranked = new long[values.length];
    for (int i = 0; i < ranked.length; i++) {
      int magnitude = Float.floatToIntBits(Math.abs(values[i]));
      ranked[i] = (long) (Integer.MAX_VALUE - magnitude) << 32 | i;
    }
    Arrays.sort(ranked);
    return select(Arrays.stream(ranked, 0, k).mapToInt(rank -> (int) rank).sorted());
  }

  /**
   * Returns the entries whose values are not too close to zero.
   *
   * @param leastMagnitude least absolute value that stays
   * @return a vector with {@code size()} entries or fewer; O(n) time
   * @throws IllegalArgumentException if {@code leastMagnitude} is negative or not a number
   */
  public SparseVector prune(float leastMagnitude) {
    if (!(leastMagnitude >= 0)) {
      throw new IllegalArgumentException(
          "least magnitude must be 0 or more: " + leastMagnitude + "; 0 leaves all entries");
    }
    return select(IntStream.range(0, values.length)
        .filter(position -> Math.abs(values[position]) >= leastMagnitude));
  }

  private SparseVector select(IntStream ascendingPositions) {
    int[] positions = ascendingPositions.toArray();
    int[] keptIndices = new int[positions.length];
    float[] keptValues = new float[positions.length];
    for (int i = 0; i < positions.length; i++) {
      keptIndices[i] = indices[positions[i]];
      keptValues[i] = values[positions[i]];
    }
    return new SparseVector(keptIndices, keptValues);
  }

  /** Returns the indices; not copied, never written to. */
  int[] rawIndices() {
    return indices;
  }

  /** Returns the values; not copied, never written to. */
  float[] rawValues() {
    return values;
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof SparseVector other
        && Arrays.equals(indices, other.indices)
        && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(indices) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "SparseVector[" + indices.length + " entries]";
  }
}
