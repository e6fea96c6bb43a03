package io.github.bge4j.batching;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntFunction;

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
  private final BatchExecutor executor;
  private final Entrance entrance;

  BatchQueue(RegisteredFunction function, BatchExecutor executor, Entrance entrance) {
    this.function = function;
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
   * Submits one item. The calling thread waits for room as long as the options say, by default as
   * long as it takes: where it must not, as on an event loop, use
   * {@link RequestOptions#refusedWhenFull()}. A callback that a worker runs itself never waits; it
   * is refused.
   *
   * @param item the item
   * @param options lane, deadline, and whether to wait for room
   * @return its result; or {@link OverloadedException}, {@link DeadlineExceededException},
   *     {@link ExecutorClosedException} or {@link BatchFailedException}
   * @throws IllegalArgumentException if the item costs less than 1
   */
  public CompletableFuture<R> submit(T item, RequestOptions options) {
    return submit(items(new Object[] {item}), options, this::single);
  }

  /**
   * Submits a request of several items. It is admitted whole or not at all; O(n log n) time, as the
   * items are sorted by length.
   *
   * @param items at least one item; copied
   * @param options lane, deadline, and whether to wait for room
   * @return one result an item, in the order of the items, not modifiable; or the exceptions of
   *     {@link #submit}
   * @throws IllegalArgumentException if there is no item, or one costs less than 1
   */
  public CompletableFuture<List<R>> submitAll(List<? extends T> items, RequestOptions options) {
    return submit(items(items.toArray()), options, this::list);
  }

  /**
   * Submits a request of many items that are made as their turn comes: the first 64 in the calling
   * thread, the others by the workers, or by the {@linkplain BatchExecutorBuilder#itemMakers
   * threads for that}, a bounded number ahead. The request keeps its place and its charge
   * meanwhile; what the other items cost is taken to be the mean of those made.
   *
   * @param <V> what the results are made into
   * @param count number of items, at least 1
   * @param source makes each item from 0 to {@code count - 1}, called once for each, in order, by
   *     one thread at a time unless there are threads for it; what it throws fails the request
   * @param options lane, deadline, and whether to wait for room
   * @param shape makes the value of the future of the results, which are as those of
   *     {@link #submitAll(List, RequestOptions)}; called by the thread that completes the future
   * @return the shaped results; or the exceptions of {@link #submit}, or what the source threw
   * @throws IllegalArgumentException if the count is below 1
   */
  public <V> CompletableFuture<V> submitAll(
      int count,
      IntFunction<? extends T> source,
      RequestOptions options,
      Function<? super List<R>, ? extends V> shape) {
    RequestItems items = items(count, source);
    try {
      return submit(items, options, results -> shape.apply(list(results)));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(function.explain(e));
    } catch (Error e) {
      RuntimeException failure = BatchFailedException.of(function, -1, e);
      return CompletableFuture.failedFuture(function.explain(failure));
    }
  }

  /**
   * Computes one item and waits for it.
   *
   * @param item the item
   * @param options lane, deadline, and whether to wait for room
   * @return its result
   * @throws IllegalArgumentException if the item costs less than 1
   * @throws InterruptedException if the calling thread is interrupted while it waits; the item is
   *     dropped
   * @throws OverloadedException if it is refused
   * @throws DeadlineExceededException if the deadline passes
   * @throws ExecutorClosedException if the executor is closed before the item has run
   * @throws BatchFailedException if the batch function fails
   */
  public R invoke(T item, RequestOptions options) throws InterruptedException {
    return single(invoke(items(new Object[] {item}), options));
  }

  /**
   * Computes a request of several items and waits for it; see {@link #submitAll}.
   *
   * @param items at least one item; copied
   * @param options lane, deadline, and whether to wait for room
   * @return one result an item, in the order of the items; not modifiable
   * @throws IllegalArgumentException if there is no item, or one costs less than 1
   * @throws InterruptedException if the calling thread is interrupted while it waits; what has not
   *     run is dropped
   * @throws OverloadedException if it is refused
   * @throws DeadlineExceededException if the deadline passes
   * @throws ExecutorClosedException if the executor is closed before every item has run
   * @throws BatchFailedException if the batch function fails
   */
  public List<R> invokeAll(List<? extends T> items, RequestOptions options)
      throws InterruptedException {
    return list(invoke(items(items.toArray()), options));
  }

  /**
   * Computes a request of many items that are made as their turn comes: the first 64 before the
   * request is submitted, the others a bounded number ahead, by the calling thread while it waits,
   * or by a worker that finds none made. See {@link #submitAll(int, IntFunction, RequestOptions,
   * Function)}.
   *
   * @param count number of items, at least 1
   * @param source makes each item from 0 to {@code count - 1}, called once for each, in order, by
   *     one thread at a time unless there are threads for it; what it throws fails the request
   * @param options lane, deadline, and whether to wait for room
   * @return one result an item, in the order of the items; not modifiable
   * @throws IllegalArgumentException if the count is below 1, or an item costs less than 1
   * @throws InterruptedException as {@link #invokeAll(List, RequestOptions)}
   * @throws BatchingException as {@link #invokeAll(List, RequestOptions)}
   */
  public List<R> invokeAll(int count, IntFunction<? extends T> source, RequestOptions options)
      throws InterruptedException {
    return list(invoke(items(count, source), options));
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
      RequestItems items, RequestOptions options, Function<Object[], V> shape) {
    ResultFuture<V> future = new ResultFuture<>(function, shape);
    Request request = entrance.request(function, items, options, future);
    future.onAbandoned(() -> entrance.abandon(request));
    entrance.enter(request, options, future);
    return future;
  }

  private Object[] invoke(RequestItems items, RequestOptions options) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    CallingThread caller = new CallingThread();
    return entrance.call(entrance.request(function, items, options, caller), caller, options);
  }

  private RequestItems items(Object... items) {
    checkCount(items.length);
    return new RequestItems(function, items);
  }

  private RequestItems items(int count, IntFunction<? extends T> source) {
    checkCount(count);
    return new RequestItems(function, count, source);
  }

  private static void checkCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "a request must have at least one item: " + count + "; do not call for none");
    }
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
