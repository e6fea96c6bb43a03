package io.github.bge4j;

import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.sparse.SparseVector;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns what a model gives for a batch into one embedding a text. Immutable, thread-safe. */
final class EmbeddingShaper implements ModelRunner.Shaper<Embedding> {

  /** As {@code torch.nn.functional.normalize}: a vector is divided by no less than this. */
  private static final double LEAST_NORM = 1e-12;

  private final boolean normalizeDense;
  private final boolean normalizeRows;
  private final Set<Integer> unweightedTokens;

  /**
   * Makes a shaper.
   *
   * @param normalizeDense whether dense vectors get length 1
   * @param normalizeRows whether the rows of multi-vectors do
   * @param unweightedTokens ids that lexical weights leave out
   */
  EmbeddingShaper(boolean normalizeDense, boolean normalizeRows, Set<Integer> unweightedTokens) {
    this.normalizeDense = normalizeDense;
    this.normalizeRows = normalizeRows;
    this.unweightedTokens = unweightedTokens;
  }

  @Override
  public Embedding shape(
      PackedBatch batch, EncoderOutput output, int index, ModelRunner.Item item) {
    Set<Output> asked = item.asked();
    TokenizedText text = item.text();
    return new Embedding(
        text.ids(),
        text.truncated(),
        asked.contains(Output.DENSE) ? dense(batch, output.dense(), index) : null,
        asked.contains(Output.SPARSE) ? lexicalWeights(batch, output.tokenWeights(), index) : null,
        asked.contains(Output.MULTI_VECTOR)
            ? multiVector(batch, output.multiVectors(), index)
            : null);
  }

  private float @Nullable [] dense(PackedBatch batch, float @Nullable [] all, int index) {
    if (all == null) {
      return null;
    }
    int dimension = all.length / batch.texts();
    float[] vector = Arrays.copyOfRange(all, index * dimension, (index + 1) * dimension);
    if (normalizeDense) {
      normalize(vector, 0, dimension);
    }
    return vector;
  }

  /**
   * One entry for each token id: its largest weight, if that is positive (FlagEmbedding 1.4.0,
   * {@code m3.py}).
   */
  private @Nullable SparseVector lexicalWeights(
      PackedBatch batch, float @Nullable [] all, int index) {
    if (all == null) {
      return null;
    }
    int first = batch.offsets()[index];
    // Token id in the upper half, position in the lower: sorting brings equal ids together.
    long[] weighted = new long[batch.length(index)];
    int count = 0;
    for (int i = first; i < batch.offsets()[index + 1]; i++) {
      int id = batch.tokenIds()[i];
      if (all[i] > 0 && !unweightedTokens.contains(id)) {
        weighted[count++] = (long) id << 32 | i;
      }
    }
    Arrays.sort(weighted, 0, count);
    int[] ids = new int[count];
    float[] weights = new float[count];
    int entries = 0;
    for (int i = 0; i < count; i++) {
      int id = (int) (weighted[i] >>> 32);
      float weight = all[(int) weighted[i]];
      if (entries > 0 && ids[entries - 1] == id) {
        weights[entries - 1] = Math.max(weights[entries - 1], weight);
      } else {
        ids[entries] = id;
        weights[entries++] = weight;
      }
    }
    return SparseVector.of(Arrays.copyOf(ids, entries), Arrays.copyOf(weights, entries));
  }

  /** The rows of every token but the first. */
  private @Nullable MultiVector multiVector(PackedBatch batch, float @Nullable [] all, int index) {
    if (all == null) {
      return null;
    }
    int dimension = all.length / batch.tokenIds().length;
    int from = (batch.offsets()[index] + 1) * dimension;
    float[] rows = Arrays.copyOfRange(all, from, batch.offsets()[index + 1] * dimension);
    for (int row = 0; normalizeRows && row < rows.length; row += dimension) {
      normalize(rows, row, row + dimension);
    }
    return new MultiVector(rows, dimension);
  }

  private static void normalize(float[] values, int from, int to) {
    double squares = 0;
    for (int i = from; i < to; i++) {
      squares += (double) values[i] * values[i];
    }
    double norm = Math.max(Math.sqrt(squares), LEAST_NORM);
    for (int i = from; i < to; i++) {
      values[i] = (float) (values[i] / norm);
    }
  }
}
