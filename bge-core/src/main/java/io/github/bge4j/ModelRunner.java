package io.github.bge4j;

import io.github.bge4j.batching.PoolClosedException;
import io.github.bge4j.batching.WorkerPool;
import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.schedule.BatchPlanner;
import io.github.bge4j.internal.schedule.PackedBatch;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * An open model and the workers that run it: texts to tokens, tokens to the model's answers.
 *
 * <p>Thread-safe. Owns the tokenizer and the session.
 */
final class ModelRunner implements AutoCloseable {

  /**
   * Large enough to make the hand-over to a worker cheap, small enough to share the work evenly.
   */
  private static final int TEXTS_PER_TOKENIZING_TASK = 16;

  private final String name;
  private final Tokenizer tokenizer;
  private final EncoderSession session;
  private final ModelOptions options;
  private final WorkerPool workers;
  private final AsyncCalls asyncCalls;
  private final BatchPlanner planner = new BatchPlanner(BatchPlanner.DEFAULT_MAX_GROUPED_TOKENS);

  /**
   * Takes over the native handles and starts the workers.
   *
   * @param name what messages and threads call it, {@code embedder} for example
   */
  ModelRunner(String name, Tokenizer tokenizer, EncoderSession session, ModelOptions options) {
    this.name = name;
    this.tokenizer = tokenizer;
    this.session = session;
    this.options = options;
    this.workers = new WorkerPool("bge-" + name, options.workers());
    this.asyncCalls = new AsyncCalls(name, options.workers());
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  EncoderSession session() {
    return session;
  }

  int maxTokens() {
    return options.maxTokens();
  }

  /**
   * Tokenizes texts, many of them on the workers.
   *
   * @param first number of the first in the caller's list
   * @param encode called once for each number from 0 to {@code count - 1}, by several threads
   * @param problem says what is wrong with a text that was cut
   * @throws InvalidTextException if a text was cut and the policy is {@link Truncation#ERROR}
   */
  List<TokenizedText> tokenize(
      int first, int count, IntFunction<TokenizedText> encode, CutMessage problem) {
    TokenizedText[] tokenized = new TokenizedText[count];
    int tasks = (count + TEXTS_PER_TOKENIZING_TASK - 1) / TEXTS_PER_TOKENIZING_TASK;
    IntConsumer task = number -> {
      int from = number * TEXTS_PER_TOKENIZING_TASK;
      for (int i = from; i < Math.min(count, from + TEXTS_PER_TOKENIZING_TASK); i++) {
        tokenized[i] = encode.apply(i);
      }
    };
    if (tasks == 1) {
      task.accept(0);
    } else {
      onWorkers(tasks, task);
    }
    if (options.truncation() == Truncation.ERROR) {
      refuseCut(first, tokenized, problem);
    }
    return Arrays.asList(tokenized);
  }

  private static void refuseCut(int first, TokenizedText[] tokenized, CutMessage problem) {
    for (int i = 0; i < tokenized.length; i++) {
      if (tokenized[i].truncated()) {
        throw new InvalidTextException(
            first + i, problem.of(first + i, tokenized[i]) + "; shorten it or set Truncation.CUT");
      }
    }
  }

  /**
   * Runs the model on the workers.
   *
   * @param asked what the model shall give
   * @param results gets every text's answer once, from several threads
   */
  void run(List<TokenizedText> texts, Set<Output> asked, Results results) {
    List<PackedBatch> batches = planner.plan(texts);
    onWorkers(batches.size(), number -> {
      PackedBatch batch = batches.get(number);
      EncoderOutput output = session.run(batch, asked);
      for (int i = 0; i < batch.texts(); i++) {
        results.accept(batch.members()[i], batch, output, i);
      }
    });
  }

  /** Runs a call in a thread of its own kind; the future is always completed. */
  <T> CompletableFuture<T> async(Supplier<T> call) {
    return asyncCalls.submit(call);
  }

  private void onWorkers(int tasks, IntConsumer task) {
    try {
      workers.forEach(tasks, task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceException("the calling thread was interrupted while it waited", e);
    } catch (PoolClosedException e) {
      throw new ClosedException("the " + name + " is closed; use it before close()");
    }
  }

  /** Waits for the runs that have begun; calls that are not complete fail. Idempotent. */
  @Override
  public void close() {
    asyncCalls.close();
    workers.close();
    try {
      session.close();
    } finally {
      tokenizer.close();
    }
  }

  /** Takes the answer for one text. */
  interface Results {

    /**
     * Takes an answer.
     *
     * @param text number of the text in the call
     * @param index position of the text in the batch
     */
    void accept(int text, PackedBatch batch, EncoderOutput output, int index);
  }

  /** Says what is wrong with a text that was cut. */
  interface CutMessage {
    String of(int number, TokenizedText text);
  }
}
