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

  /** Enough to find texts of equal length, little enough to wait for. */
  private static final int TEXTS_PER_PART = 64;

  private static final int PARTS_AT_A_TIME = 3;

  private final Failures failures;
  private final Tokenizer tokenizer;
  private final EncoderSession session;
  private final ModelOptions options;
  private final Shaper<R> shaper;
  private final BatchExecutor executor;
  private final boolean ownsExecutor;
  private final AsyncCalls asyncCalls;
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
    this.asyncCalls = new AsyncCalls(failures, executor.workers());
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

  /**
   * Computes results and waits for them. A large call goes part by part, so that it takes little of
   * the queue and of memory, and others get their turn between its parts.
   *
   * @param asked what the model shall give
   * @param request what happens to the first part if too much is waiting; later ones wait
   * @return one result a text, in order
   * @throws InvalidTextException if a text was cut and the policy is {@link Truncation#ERROR}
   */
  List<R> call(CallTexts texts, Set<Output> asked, RequestOptions request) {
    try {
      return texts.count() <= TEXTS_PER_PART
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
    long start = System.nanoTime();
    List<R> results = new ArrayList<>(texts.count());
    Deque<CompletableFuture<List<R>>> parts = new ArrayDeque<>();
    try {
      for (int from = 0; from < texts.count(); from += TEXTS_PER_PART) {
        int to = Math.min(texts.count(), from + TEXTS_PER_PART);
        List<Item> items = items(texts, from, to, asked);
        RequestOptions options =
            from == 0 ? request : remaining(request, start).withOverload(Requests.WAIT);
        parts.add(running.submitAll(items, options));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        // While one runs, the next is tokenized and waits.
        if (parts.size() == PARTS_AT_A_TIME) {
          results.addAll(parts.remove().get());
        }
      }
      while (!parts.isEmpty()) {
        results.addAll(parts.remove().get());
      }
      return Collections.unmodifiableList(results);
    } finally {
      parts.forEach(part -> part.cancel(true));
    }
  }

  /**
   * Does what {@link #call} does without keeping the caller; a small call is tokenized in its
   * thread.
   *
   * @param texts gives the texts; what it throws fails the future
   * @param shape makes the value of the future
   */
  <V> CompletableFuture<V> submit(
      Supplier<CallTexts> texts,
      Set<Output> asked,
      RequestOptions request,
      Function<List<R>, V> shape) {
    AsyncResult<V> result = new AsyncResult<>();
    try {
      submit(texts.get(), asked, request, shape, result);
    } catch (RuntimeException e) {
      result.fail(failures.translate(e));
    }
    return result;
  }

  private <V> void submit(
      CallTexts texts,
      Set<Output> asked,
      RequestOptions request,
      Function<List<R>, V> shape,
      AsyncResult<V> result) {
    if (texts.count() > TEXTS_PER_PART) {
      asyncCalls.run(result, () -> shape.apply(call(texts, asked, request)));
      return;
    }
    CompletableFuture<List<R>> part =
        running.submitAll(items(texts, 0, texts.count(), asked), request);
    result.onGivenUp(() -> part.cancel(true));
    CompletableFuture<List<R>> unused = part.whenComplete((results, failure) -> {
      if (failure == null) {
        result.succeed(shape.apply(results));
      } else {
        result.fail(failures.translate(failure));
      }
    });
  }

  private List<Item> items(CallTexts texts, int from, int to, Set<Output> asked) {
    return texts.encode(from, to, options.truncation() == Truncation.ERROR).stream()
        .map(text -> new Item(text, asked))
        .toList();
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
    asyncCalls.close();
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
