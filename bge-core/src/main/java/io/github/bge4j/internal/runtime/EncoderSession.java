package io.github.bge4j.internal.runtime;

import io.github.bge4j.Output;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.text.PackedBatch;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open model: batches in, answers out; its implementations alone know which runtime does the
 * work.
 *
 * <p>Thread-safe, runs do not exclude each other. Whoever opens it closes it; {@code close} waits
 * for runs.
 */
public interface EncoderSession extends AutoCloseable {

  /** What to ask of a cross-encoder: none of the outputs, it always gives its logits. */
  Set<Output> LOGITS = Set.of();

  /** Returns what the model can give; nothing for a cross-encoder, which gives logits. */
  Set<Output> outputs();

  /** Returns the number of components of a dense vector, or of labels of a cross-encoder. */
  int dimension();

  /**
   * Returns whether the answer to a text depends on the texts beside it in a batch, so that each
   * must run alone.
   */
  default boolean mixesTexts() {
    return false;
  }

  /**
   * Returns whether texts of any length may share a batch, end to end. Such a device wants large
   * batches, and few threads that run it, always the same: each costs memory for the session's
   * life, and time when it first runs.
   */
  default boolean packs() {
    return false;
  }

  /**
   * Returns with how many tokens a run of a session that {@linkplain #packs packs} is fast enough;
   * where its device has not the memory for so many, runs are smaller.
   *
   * @return at least 1
   */
  default int maxRunTokens() {
    return 16_384;
  }

  /** Returns on how many devices it runs: on the one that {@link BatchContext#device()} says. */
  default int devices() {
    return 1;
  }

  /**
   * Runs one batch.
   *
   * @param batch at least one text, every text with at least one token
   * @param asked only what the model can give; empty for a cross-encoder alone
   * @param context tells when nobody wants the answers any more: the run then ends early and fails;
   *     null if somebody always does
   * @return vectors that are pooled but not normalized, or logits; owned by the caller
   * @throws io.github.bge4j.InferenceException if the runtime fails, or an answer is not finite
   * @throws io.github.bge4j.ClosedException if the session is closed
   */
  EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context);

  /**
   * Tells whether a failed run needed more memory than the device has. Looks at the causes too: who
   * hands a failure on may have words of its own.
   */
  static boolean isOutOfMemory(Throwable failure) {
    return OnnxModel.isOutOfMemory(failure);
  }

  @Override
  void close();
}
