package io.github.bge4j;

import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchExecutorBuilder;
import io.github.bge4j.batching.BatchFailedException;
import io.github.bge4j.batching.BatchFunction;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchQueue;
import io.github.bge4j.batching.DeadlineExceededException;
import io.github.bge4j.batching.ExecutorClosedException;
import io.github.bge4j.batching.OverloadedException;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An open model and the executor that runs it: texts to tokens, tokens to results.
 *
 * <p>Every call becomes a request of the executor, where texts of all callers form batches: on a
 * CPU texts of equal length only, so that nothing is ever padded and a result does not depend on
 * the texts around it. Grouping pays only where single runs are too small to keep a core busy
 * (docs/adr/0003). A session that packs gets texts of any length, as many tokens as its device
 * takes, from worker threads alone, and they are tokenized by all cores.
 *
 * <p>Thread-safe. Owns the tokenizer and the session, and the executor unless it was given one.
 *
 * @param <R> what a text results in
 */
final class ModelRunner<R> implements BatchFunction<ModelRunner.Item, R>, AutoCloseable {

  /** Above this number of tokens a run gains nothing from more texts (docs/adr/0003). */
  private static final int MAX_GROUPED_TOKENS = 128;

  /** Of a device that packs: one runs, one follows, and the answers of two may wait for readers. */
  private static final int QUEUED_BATCHES_PER_WORKER = 4;

  private static final int LEAST_QUEUED = 2_048;
  private static final int MOST_QUEUED = 1 << 20;

  private final String name;
  private final Tokenizer tokenizer;
  private final EncoderSession session;
  private final int maxTokens;
  private final Precision precision;
  private final boolean refusesCut;
  private final Shaper<R> shaper;
  private final BatchExecutor executor;
  private final boolean ownsExecutor;
  private final BatchQueue<Item, R> queue;
  /** Of a session that packs; fewer where a device has less memory. */
  private volatile int maxRunTokens;

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
    this.name = name;
    this.tokenizer = tokenizer;
    this.session = session;
    this.maxTokens = options.maxTokens();
    this.precision = options.precision();
    this.refusesCut = options.truncation() == Truncation.ERROR;
    this.shaper = shaper;
    this.maxRunTokens = session.maxRunTokens();
    BatchExecutor shared = options.executor();
    this.ownsExecutor = shared == null;
    this.executor = shared == null ? ownExecutor(options) : requireFit(shared);
    boolean open = false;
    try {
      if (needsWorkers()) {
        executor.onEachWorker(context -> warmUp(context, options));
      }
      this.queue = executor.register(name, limits(options), item -> item.text().ids().length, this);
      open = true;
    } catch (ExecutorClosedException e) {
      throw explain(e);
    } finally {
      if (!open && ownsExecutor) {
        executor.close();
      }
    }
  }

  /** Tells whether only worker threads may run the session. */
  private boolean needsWorkers() {
    return session.packs() || session.devices() > 1;
  }

  private BatchExecutor ownExecutor(ModelOptions options) {
    BatchExecutorBuilder settings =
        BatchExecutor.builder().name("bge-" + name).workers(options.workers());
    if (needsWorkers()) {
      if (options.workers() % session.devices() != 0) {
        throw new InvalidOptionException("workers must be a multiple of the " + session.devices()
            + " devices: " + options.workers() + "; leave them unset for two a device");
      }
      settings.devices(session.devices()).callersRun(false);
    }
    if (session.packs()) {
      long queued = (long) QUEUED_BATCHES_PER_WORKER * options.workers() * options.maxBatchTexts();
      settings.itemMakers(Runtime.getRuntime().availableProcessors()).maxQueuedItems((int)
          Math.max(LEAST_QUEUED, Math.min(queued, MOST_QUEUED)));
    }
    return settings.build();
  }

  private BatchExecutor requireFit(BatchExecutor shared) {
    if (needsWorkers() && shared.callersRun()) {
      throw new InvalidOptionException("an executor must run the " + name
          + " in its workers alone, as each thread takes memory of the device for good; build it"
          + " with callersRun(false)");
    }
    if (needsWorkers() && shared.devices() != session.devices()) {
      throw new InvalidOptionException("an executor must have as many devices as the " + name + ", "
          + session.devices() + ": " + shared.devices() + "; build it with devices("
          + session.devices() + ")");
    }
    return shared;
  }

  /**
   * The shortest text takes what a thread takes for good, before a caller has to wait for it; then
   * runs as large as runs will be show what fits into the device's memory.
   */
  private void warmUp(BatchContext context, ModelOptions options) {
    TokenizedText shortest = new TextEncoder(tokenizer, maxTokens).encode("");
    try {
      session.run(PackedBatch.of(List.of(shortest)), session.outputs(), context);
    } catch (InferenceException e) {
      if (!isOutOfMemory(e)) {
        throw e;
      }
      List<Device> devices = options.device().devices();
      Device device = devices.get(Math.min(context.device(), devices.size() - 1));
      throw new DeviceException(
          device,
          DeviceException.Reason.OUT_OF_MEMORY,
          "the " + name + " must fit into the free memory of " + device
              + " with room for a run: its shortest text does not; close what else uses the device,"
              + " or use another: " + e.getMessage(),
          e);
    }
    if (session.packs()) {
      while (maxRunTokens >= maxTokens && !fits(maxRunTokens, shortest.ids()[0], context)) {
        maxRunTokens /= 2;
      }
    }
  }

  /** Tells whether the memory is there for a run of so many tokens, in the longest texts. */
  private boolean fits(int tokens, int id, BatchContext context) {
    int[] ids = new int[maxTokens];
    Arrays.fill(ids, id);
    TokenizedText longest = new TokenizedText(ids, ids.length);
    try {
      session.run(
          PackedBatch.of(Collections.nCopies(tokens / maxTokens, longest)),
          session.outputs(),
          context);
      return true;
    } catch (BgeException e) {
      if (isOutOfMemory(e)) {
        return false;
      }
      throw e;
    }
  }

  private BatchLimits limits(ModelOptions options) {
    if (!session.packs()) {
      return BatchLimits.equalLengths(
          session.mixesTexts() ? 1 : options.maxBatchTexts(), MAX_GROUPED_TOKENS);
    }
    int most = maxRunTokens;
    if (maxTokens > most) {
      throw new DeviceException(
          options.device().devices().get(0),
          DeviceException.Reason.OUT_OF_MEMORY,
          "max tokens must be at most what fits into the memory of the device, " + most + ": "
              + maxTokens + "; lower it, or "
              + (options.runBytes() > 0
                  ? "raise deviceMemoryLimit"
                  : "free memory by closing what else uses the device"),
          null);
    }
    return BatchLimits.packed(options.maxBatchTexts(), most);
  }

  Precision precision() {
    return precision;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  EncoderSession session() {
    return session;
  }

  int maxTokens() {
    return maxTokens;
  }

  /**
   * Computes results and waits for them. The first texts are tokenized before the call is taken in,
   * those of a large call as its turn comes; all in the calling thread, as long as it is in time,
   * which others help if the session packs.
   *
   * @param asked what the model shall give
   * @param request how the call is treated
   * @return one result a text, in order
   * @throws InvalidTextException if a text was cut and the policy is {@link Truncation#ERROR}
   */
  List<R> call(CallTexts texts, Set<Output> asked, RequestOptions request) {
    try {
      return queue.invokeAll(texts.count(), i -> item(texts, i, asked), request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceException(
          "the calling thread was interrupted while it waited; let it end, or clear its flag by"
              + " Thread.interrupted() to call again",
          e);
    }
  }

  /**
   * Does what {@link #call} does without keeping the caller, whose thread tokenizes the first texts
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
      CallTexts all = texts.get();
      return queue.submitAll(all.count(), i -> item(all, i, asked), request, shape);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(explain(e));
    }
  }

  /** Uses the tokenizer beside calls; once it is closed, it is the model that is. */
  <T> T using(Supplier<T> tokenizing) {
    try {
      return tokenizing.get();
    } catch (ClosedException e) {
      throw explain(e);
    }
  }

  private Item item(CallTexts texts, int index, Set<Output> asked) {
    return new Item(texts.encode(index, refusesCut), asked);
  }

  @Override
  public List<R> run(List<Item> items, BatchContext context) {
    Set<Output> asked = EnumSet.noneOf(Output.class);
    items.forEach(item -> asked.addAll(item.asked()));
    PackedBatch batch = PackedBatch.of(items.stream().map(Item::text).toList());
    EncoderOutput output = run(batch, asked, context);
    List<R> results = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      results.add(shaper.shape(batch, output, i, items.get(i)));
    }
    return results;
  }

  private EncoderOutput run(PackedBatch batch, Set<Output> asked, BatchContext context) {
    try {
      return session.run(batch, asked, context);
    } catch (BgeException e) {
      if (batch.texts() == 1 && isOutOfMemory(e)) {
        throw new InferenceException(
            "a text must fit into the free memory of its device: one of " + batch.length(0)
                + " tokens does not, even alone; lower maxTokens, close what else uses the device,"
                + " or use another: " + e.getMessage(),
            e);
      }
      throw e;
    }
  }

  @Override
  public boolean isOutOfMemory(Throwable failure) {
    return EncoderSession.isOutOfMemory(failure);
  }

  @Override
  public RuntimeException explain(RuntimeException failure) {
    if (failure instanceof ExecutorClosedException closed) {
      return new ClosedException(
          closed.isExecutor() && !ownsExecutor
              ? "the executor of the " + name + " is closed; close it after its models"
              : "the " + name + " is closed; use it before close()");
    } else if (failure instanceof ClosedException) {
      // Of the tokenizer, which goes last.
      return new ClosedException("the " + name + " is closed; use it before close()");
    } else if (failure instanceof OverloadedException full) {
      return new BusyException(String.valueOf(full.getMessage()), full.retryAfter(), full);
    } else if (failure instanceof DeadlineExceededException late) {
      return new DeadlineException(String.valueOf(late.getMessage()), late);
    } else if (failure instanceof BatchFailedException failed) {
      // A new one: several callers may get the failure of one batch.
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      if (cause instanceof DeviceException lost) {
        return new DeviceException(
            lost.device(), lost.reason(), String.valueOf(lost.getMessage()), lost);
      }
      return new InferenceException(
          cause instanceof InferenceException
              ? String.valueOf(cause.getMessage())
              : "the " + name + " failed: " + cause,
          cause);
    }
    return failure instanceof BgeException
        ? failure
        : new InferenceException("the " + name + " failed: " + failure, failure);
  }

  /**
   * Waits for the runs that have begun; calls that are not complete fail. A shared executor goes on
   * with other models. Idempotent.
   */
  @Override
  public void close() {
    queue.close();
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
}
