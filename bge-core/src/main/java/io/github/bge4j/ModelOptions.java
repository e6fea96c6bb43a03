package io.github.bge4j;

import io.github.bge4j.batching.BatchExecutor;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The settings that every open model has, checked by its builder.
 *
 * @param maxBatchTexts most texts in a run
 * @param executor shared with others, or null for one of its own
 * @param pooling null for the model's own
 * @param threadsPerRun cores that one run uses
 * @param threadsOfLoneRun cores that a run uses while nothing else runs
 * @param precision of the linear layers
 * @param device where it runs
 * @param runBytes most bytes that runs may take on a card; 0 for all there are
 * @param cacheFolder where converted weights are kept; null for the usual folder
 */
record ModelOptions(
    int maxTokens,
    Truncation truncation,
    int workers,
    int maxBatchTexts,
    @Nullable BatchExecutor executor,
    @Nullable Pooling pooling,
    int threadsPerRun,
    int threadsOfLoneRun,
    Precision precision,
    DeviceChoice device,
    long runBytes,
    @Nullable Path cacheFolder) {

  /** Packed weights up to which a model may hold them twice, in bytes (docs/adr/0008). */
  private static final long MOST_PACKED_TWICE = 200L << 20;

  /**
   * Returns how many cores a run uses while nothing else runs.
   *
   * @param packedBytes what the weights of one more session take
   */
  int threadsOfLoneRun(long packedBytes) {
    return packedBytes <= MOST_PACKED_TWICE ? threadsOfLoneRun : threadsPerRun;
  }

  static <T> T notNull(String option, T value) {
    if (value == null) {
      throw new InvalidOptionException(
          option + " must not be null; give one, or leave an option unset for its default");
    }
    return value;
  }

  static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new InvalidOptionException(
          option + " must be at least 1: " + value + "; leave it unset for the default");
    }
    return value;
  }
}
