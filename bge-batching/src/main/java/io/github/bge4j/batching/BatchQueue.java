package io.github.bge4j.batching;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The way to one {@link BatchFunction} of a {@link BatchExecutor}: items in, results out.
 *
 * <p>Items of many callers share batches; items of different queues never do. A request of several
 * items is split as the limits demand, and its results come back together, in the order of its
 * items. If one of its items fails, the request fails and the rest of it is dropped; other requests
 * do not suffer.
 *
 * <p>{@code submit} never throws because of the executor's state: that it is full or closed, or the
 * deadline passed, comes as the outcome of the future. {@code invoke} blocks, which is cheaper:
 * while a worker is idle, a small request runs in the calling thread, without any hand-over (but
 * not in a virtual thread, whose carrier a native call would hold). Neither may be called from a
 * batch function of the same executor.
 *
 * <p>Futures are completed on the {@linkplain BatchExecutorBuilder#completionExecutor completion
 * executor}. Completing one from outside, by {@code cancel} or {@code orTimeout} for example, takes
 * its request out of the queue at once.
 *
 * <p>Thread-safe; callers may be virtual threads.
 *
 * @param <T> items
 * @param <R> results
 */
public final class BatchQueue<T, R> implements AutoCloseable {

  private final RegisteredFunction function;
  private final ToIntFunction<? super T> cost;
  private final BatchExecutor executor;
  private final Entrance entrance;

  BatchQueue(
      RegisteredFunction function,
      ToIntFunction<? super T> cost,
      BatchExecutor executor,
      Entrance entrance) {
    this.function = function;
    this.cost = cost;
    this.executor = executor;
    this.entrance = entrance;
  }

  /**
   * Returns the name in reports and messages.
   *
   * @return as registered
   */
  public String name() {
    return function.name();
  }

  /**
   * Submits one item.
   *
   * @param item the item
   * @param options lane, deadline and overload policy
   * @return its result; or {@link QueueFullException}, {@link DeadlineExceededException},
   *     {@link ExecutorClosedException} or {@link BatchFailedException}
   * @throws IllegalArgumentException if the item costs less than 1
   */
  public CompletableFuture<R> submit(T item, RequestOptions options) {
    return submit(new Object[] {item}, options, this::single);
  }

  /**
   * Submits a request of several items. It is admitted whole or not at all; O(n log n) time, as the
   * items are sorted by length.
   *
   * @param items at least one item; copied
   * @param options lane, deadline and overload policy
   * @return one result an item, in the order of the items, not modifiable; or the exceptions of
   *     {@link #submit}
   * @throws IllegalArgumentException if there is no item, or one costs less than 1
   */
  public CompletableFuture<List<R>> submitAll(List<? extends T> items, RequestOptions options) {
    return submit(items.toArray(), options, this::list);
  }

  /**
   * Computes one item and waits for it.
   *
   * @param item the item
   * @param options lane, deadline and overload policy
   * @return its result
   * @throws IllegalArgumentException if the item costs less than 1
   * @throws InterruptedException if the calling thread is interrupted while it waits; the item is
   *     dropped
   * @throws QueueFullException if the queue is full
   * @throws DeadlineExceededException if the deadline passes
   * @throws ExecutorClosedException if the executor is closed before the item has run
   * @throws BatchFailedException if the batch function fails
   */
  public R invoke(T item, RequestOptions options) throws InterruptedException {
    return invoke(new Object[] {item}, options, this::single);
  }

  /**
   * Computes a request of several items and waits for it; see {@link #submitAll}.
   *
   * @param items at least one item; copied
   * @param options lane, deadline and overload policy
   * @return one result an item, in the order of the items; not modifiable
   * @throws IllegalArgumentException if there is no item, or one costs less than 1
   * @throws InterruptedException if the calling thread is interrupted while it waits; what has not
   *     run is dropped
   * @throws QueueFullException if the queue is full
   * @throws DeadlineExceededException if the deadline passes
   * @throws ExecutorClosedException if the executor is closed before every item has run
   * @throws BatchFailedException if the batch function fails
   */
  public List<R> invokeAll(List<? extends T> items, RequestOptions options)
      throws InterruptedException {
    return invoke(items.toArray(), options, this::list);
  }

  /**
   * Takes the function off the executor, which goes on serving others: requests that wait for it
   * fail with {@link ExecutorClosedException}, as does every later one.
   *
   * <p>Returns when the function does not run any more, however long that takes and even if the
   * calling thread is interrupted (its flag is kept); what it uses may then be freed. Idempotent.
   *
   * @throws IllegalStateException if called from a batch function, which it would wait for
   */
  @Override
  public void close() {
    executor.close(function);
  }

  private <V> CompletableFuture<V> submit(
      Object[] items, RequestOptions options, Function<Object[], V> shape) {
    ResultFuture<V> future = new ResultFuture<>(shape);
    Request request = request(items, options, future);
    future.onAbandoned(() -> entrance.abandon(request));
    RuntimeException refusal;
    try {
      refusal = entrance.enter(request, options.overload());
    } catch (InterruptedException e) {
      // As if the time to wait for room had run out.
      Thread.currentThread().interrupt();
      refusal = entrance.queueFull(request);
    }
    if (refusal != null) {
      future.fail(refusal);
    }
    return future;
  }

  private <V> V invoke(Object[] items, RequestOptions options, Function<Object[], V> shape)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    WaitingCaller caller = new WaitingCaller();
    Request request = request(items, options, caller);
    entrance.enterAndWait(request, caller, options.overload());
    return shape.apply(caller.results());
  }

  private Request request(Object[] items, RequestOptions options, Recipient recipient) {
    if (items.length == 0) {
      throw new IllegalArgumentException(
          "a request must have at least one item: 0; do not call for none");
    }
    int[] costs = new int[items.length];
    for (int i = 0; i < items.length; i++) {
      costs[i] = cost.applyAsInt(typed(items[i]));
      if (costs[i] < 1) {
        throw new IllegalArgumentException(
            "the cost of item " + i + " must be at least 1: " + costs[i]);
      }
    }
    return executor.request(function, items, costs, options, recipient);
  }

  /** Only items of this type come in. */
  @SuppressWarnings("unchecked")
  private T typed(Object item) {
    return (T) item;
  }

  /** Only results of this type come out: those of the function that was registered. */
  @SuppressWarnings("unchecked")
  private R single(Object[] results) {
    return (R) results[0];
  }

  @SuppressWarnings("unchecked")
  private List<R> list(Object[] results) {
    return (List<R>) Collections.unmodifiableList(Arrays.asList(results));
  }
}
