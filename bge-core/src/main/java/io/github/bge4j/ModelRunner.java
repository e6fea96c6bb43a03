package io.github.bge4j;

import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchFunction;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.schedule.PackedBatch;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An open model and the executor that runs it: texts to tokens, tokens to results.
 *
 * <p>Every call becomes a request of the executor, where texts of all callers form batches: on a
 * CPU texts of equal length only, so that nothing is ever padded and a result does not depend on
 * the texts around it. Grouping pays only where single runs are too small to keep a core busy
 * (docs/adr/0003).
 *
 * <p>Thread-safe. Owns the tokenizer and the session, and the executor unless it was given one.
 *
 * @param <R> what a text results in
 */
final class ModelRunner<R> implements AutoCloseable {

  /** Above this number of tokens a run gains nothing from more texts (docs/adr/0003). */
  private static final int MAX_GROUPED_TOKENS = 128;

  private final Failures failures;
  private final Tokenizer tokenizer;
  private final EncoderSession session;
  private final ModelOptions options;
  private final Shaper<R> shaper;
  private final BatchExecutor executor;
  private final boolean ownsExecutor;
  private final BatchQueue<CallTexts.Chunk, List<TokenizedText>> tokenizing;
  private final BatchQueue<Item, R> running;

  /**
   * Takes over the native handles.
   *
   * @param name what messages, reports and threads call it, {@code embedder} for example
   * @param shaper makes a result of what the model gives
   */
  ModelRunner(
      String name,
      Tokenizer tokenizer,
      EncoderSession session,
      ModelOptions options,
      Shaper<R> shaper) {
    this.failures = new Failures(name);
    this.tokenizer = tokenizer;
    this.session = session;
    this.options = options;
    this.shaper = shaper;
    BatchExecutor shared = options.executor();
    this.ownsExecutor = shared == null;
    this.executor = shared == null
        ? BatchExecutor.builder().name("bge-" + name).workers(options.workers()).build()
        : shared;
    this.tokenizing = executor.register(
        name + "-tokenizer",
        BatchLimits.packed(1, Long.MAX_VALUE),
        CallTexts.Chunk::size,
        (chunks, context) -> List.of(chunks.get(0).encode()));
    this.running = executor.register(
        name,
        BatchLimits.equalLengths(options.maxBatchTexts(), MAX_GROUPED_TOKENS),
        item -> item.text().ids().length,
        new ModelFunction());
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

  /** Returns a future for calls of {@link #submit}. */
  <V> RequestChain<V> chain() {
    return RequestChain.create(failures);
  }

  /**
   * Computes results and waits for them.
   *
   * @param asked what the model shall give
   * @return one result a text, in order
   * @throws InvalidTextException if a text was cut and the policy is {@link Truncation#ERROR}
   */
  List<R> call(CallTexts texts, Set<Output> asked, RequestOptions request) {
    long start = System.nanoTime();
    try {
      List<TokenizedText> tokenized = texts.isSmall()
          ? texts.encodeAll()
          : CallTexts.join(tokenizing.invokeAll(texts.chunks(), request));
      return running.invokeAll(items(texts, tokenized, asked), remaining(request, start));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceException("the calling thread was interrupted while it waited", e);
    } catch (RuntimeException e) {
      throw failures.translate(e);
    }
  }

  /**
   * Does what {@link #call} does without keeping the caller; small calls are tokenized in its
   * thread.
   *
   * @param chain what the request is a step of: it fails if the step fails, and if it is cancelled
   *     the step is
   * @param next gets the results, on a thread of the executor
   */
  void submit(
      CallTexts texts,
      Set<Output> asked,
      RequestOptions request,
      RequestChain<?> chain,
      Consumer<List<R>> next) {
    long start = System.nanoTime();
    Consumer<List<TokenizedText>> run = tokenized -> chain.follow(
        running.submitAll(items(texts, tokenized, asked), remaining(request, start)), next);
    chain.guard(() -> {
      if (texts.isSmall()) {
        run.accept(texts.encodeAll());
      } else {
        chain.follow(
            tokenizing.submitAll(texts.chunks(), request),
            parts -> run.accept(CallTexts.join(parts)));
      }
    });
  }

  private List<Item> items(CallTexts texts, List<TokenizedText> tokenized, Set<Output> asked) {
    if (options.truncation() == Truncation.ERROR) {
      texts.refuseCut(tokenized);
    }
    return tokenized.stream().map(text -> new Item(text, asked)).toList();
  }

  private static RequestOptions remaining(RequestOptions request, long start) {
    return request.after(Duration.ofNanos(System.nanoTime() - start));
  }

  /**
   * Waits for the runs that have begun; calls that are not complete fail. A shared executor goes on
   * with other models. Idempotent.
   */
  @Override
  public void close() {
    tokenizing.close();
    running.close();
    if (ownsExecutor) {
      executor.close();
    }
    try {
      session.close();
    } finally {
      tokenizer.close();
    }
  }

  /** One text on its way to the model, and what is wanted of it. */
  record Item(TokenizedText text, Set<Output> asked) {}

  /** Makes a result of what the model gives. */
  interface Shaper<R> {

    /**
     * Makes the result of one text.
     *
     * @param output may hold more than was asked of this text
     * @param index position of the text in the batch
     */
    R shape(PackedBatch batch, EncoderOutput output, int index, Item item);
  }

  private final class ModelFunction implements BatchFunction<Item, R> {

    @Override
    public List<R> run(List<Item> items, BatchContext context) {
      Set<Output> asked = EnumSet.noneOf(Output.class);
      items.forEach(item -> asked.addAll(item.asked()));
      PackedBatch batch = PackedBatch.of(items.stream().map(Item::text).toList());
      EncoderOutput output = session.run(batch, asked, context);
      List<R> results = new ArrayList<>(items.size());
      for (int i = 0; i < items.size(); i++) {
        results.add(shaper.shape(batch, output, i, items.get(i)));
      }
      return results;
    }

    @Override
    public boolean isOutOfMemory(Throwable failure) {
      return EncoderSession.isOutOfMemory(failure);
    }
  }
}
