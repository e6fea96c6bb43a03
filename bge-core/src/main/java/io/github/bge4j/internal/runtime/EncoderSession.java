package io.github.bge4j.internal.runtime;

import io.github.bge4j.internal.schedule.PackedBatch;

/**
 * An open model: batches in, dense vectors out; the only type that knows which runtime does the
 * work.
 *
 * <p>Thread-safe, runs do not exclude each other. Whoever opens it closes it; {@code close} waits
 * for runs.
 */
public interface EncoderSession extends AutoCloseable {

  /** Returns the number of components of a dense vector. */
  int dimension();

  /**
   * Runs one batch.
   *
   * @param batch at least one text, every text with at least one token
   * @return pooled but not normalized vectors, shape {@code [texts][dimension]}; owned by the
   *     caller
   * @throws io.github.bge4j.InferenceException if the runtime fails
   * @throws io.github.bge4j.ClosedException if the session is closed
   */
  float[][] run(PackedBatch batch);

  @Override
  void close();
}
