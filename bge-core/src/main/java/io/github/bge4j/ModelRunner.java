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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

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
  private final CallThreads callThreads;
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
    this.callThreads = new CallThreads(name, executor.workers());
    this.running = executor.register(
        name,
        BatchLimits.equalLengths(
            session.mixesTexts() ? 1 : options.maxBatchTexts(), MAX_GROUPED_TOKENS),
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

  /**
   * Computes results and waits for them. A large call goes part by part; all are tokenized in the
   * calling thread.
   *
   * @param asked what the model shall give
   * @param request what happens to the first part if too much is waiting; later ones wait
   * @return one result a text, in order
   * @throws InvalidTextException if a text was cut and the policy is {@link Truncation#ERROR}
   */
  List<R> call(CallTexts texts, Set<Output> asked, RequestOptions request) {
    try {
      return texts.count() <= CallParts.TEXTS
          ? running.invokeAll(items(texts, 0, texts.count(), asked), request)
          : callInParts(texts, asked, request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceException("the calling thread was interrupted while it waited", e);
    } catch (ExecutionException | RuntimeException e) {
      throw failures.translate(e);
    }
  }

  private List<R> callInParts(CallTexts texts, Set<Output> asked, RequestOptions request)
      throws InterruptedException, ExecutionException {
    CallParts<R> parts = parts(texts, asked, request);
    List<R> results = new ArrayList<>(texts.count());
    Deque<CompletableFuture<List<R>>> submitted = new ArrayDeque<>();
    try {
      while (parts.hasNext()) {
        submitted.add(parts.next());
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (submitted.size() == CallParts.AT_A_TIME) {
          results.addAll(submitted.remove().get());
        }
      }
      while (!submitted.isEmpty()) {
        results.addAll(submitted.remove().get());
      }
      return Collections.unmodifiableList(results);
    } finally {
      submitted.forEach(part -> part.cancel(true));
    }
  }

  /**
   * Does what {@link #call} does without keeping the caller, whose thread tokenizes the first part
   * only.
   *
   * @param texts gives the texts; what it throws fails the future
   * @param shape makes the value of the future
   */
  <V> CompletableFuture<V> submit(
      Supplier<CallTexts> texts,
      Set<Output> asked,
      RequestOptions request,
      Function<List<R>, V> shape) {
    try {
      CallParts<R> parts = parts(texts.get(), asked, request);
      return new AsyncCall<>(parts, shape, request.lane(), callThreads, failures).start();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(failures.translate(e));
    }
  }

  private CallParts<R> parts(CallTexts texts, Set<Output> asked, RequestOptions request) {
    return new CallParts<>(
        texts.count(),
        request,
        (from, to, options) -> running.submitAll(items(texts, from, to, asked), options));
  }

  private List<Item> items(CallTexts texts, int from, int to, Set<Output> asked) {
    return texts.encode(from, to, options.truncation() == Truncation.ERROR).stream()
        .map(text -> new Item(text, asked))
        .toList();
  }

  /**
   * Waits for the runs that have begun; calls that are not complete fail. A shared executor goes on
   * with other models. Idempotent.
   */
  @Override
  public void close() {
    callThreads.close();
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
