package io.github.bge4j;

import io.github.bge4j.batching.Lane;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A call that no thread waits for: parts that are complete call for the next.
 *
 * <p>The first part is tokenized and submitted by the thread that starts the call, so a full queue
 * refuses the call there. Each later one is a step on {@link CallThreads}, which waits for room in
 * the queue's own line. Between its steps a call holds no room: where the model is about as fast as
 * the steps, new calls may take what it has left, and calls in progress become more.
 *
 * <p>A deadline that passes while a step stands in line for a thread is seen at its turn.
 *
 * <p>The future always completes: with the results, or with the first failure, whatever it is.
 * After a failure, or when the future is completed from outside, what was submitted is cancelled
 * and nothing more follows.
 *
 * <p>Thread-safe. There is one step at a time, which hands over to the next; what ends the call may
 * come at any time.
 *
 * @param <R> what a text results in
 * @param <V> value of the future
 */
final class AsyncCall<R, V> {

  private final CallParts<R> parts;
  private final Function<List<R>, V> shape;
  private final Lane lane;
  private final CallThreads threads;
  private final Failures failures;

  private final AsyncResult<V> result = new AsyncResult<>();
  private final List<R> results = new ArrayList<>();

  /** In order, without those whose results were taken; also read by what ends the call. */
  private final Queue<CompletableFuture<List<R>>> submitted = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Future<?> step = CompletableFuture.completedFuture(null);

  /**
   * Does nothing yet.
   *
   * @param shape makes the value of the future
   * @param lane whose threads submit the later parts
   */
  AsyncCall(
      CallParts<R> parts,
      Function<List<R>, V> shape,
      Lane lane,
      CallThreads threads,
      Failures failures) {
    this.parts = parts;
    this.shape = shape;
    this.lane = lane;
    this.threads = threads;
    this.failures = failures;
  }

  /** Submits the first part in this thread. Called once. */
  CompletableFuture<V> start() {
    result.onGivenUp(this::giveUp);
    submitNext();
    return result;
  }

  private void submitNext() {
    try {
      if (submitted.size() == CallParts.AT_A_TIME) {
        // Complete, or it would not have called for this step.
        results.addAll(submitted.remove().join());
      }
      CompletableFuture<List<R>> part = parts.next();
      submitted.add(part);
      if (ended.get()) {
        // Whoever ended the call may not have seen this part.
        part.cancel(true);
      }
      handOver(part);
    } catch (Throwable e) {
      // Nobody else would tell the caller, whatever it is.
      fail(e);
    }
  }

  private void handOver(CompletableFuture<List<R>> part) {
    CompletableFuture<?> unused = part.whenComplete((some, failure) -> {
      if (failure != null) {
        fail(failure);
      }
    });
    if (!parts.hasNext()) {
      unused = CompletableFuture.allOf(submitted.toArray(CompletableFuture[]::new))
          .thenRun(this::finish);
    } else if (submitted.size() == CallParts.AT_A_TIME) {
      unused = submitted.element().thenRun(this::callForNext);
    } else {
      callForNext();
    }
  }

  private void callForNext() {
    FutureTask<?> task = new FutureTask<>(Executors.callable(this::submitNext));
    step = task;
    // Whoever ends the call after this look cancels the task.
    if (ended.get()) {
      return;
    }
    try {
      threads.execute(lane, task);
    } catch (RejectedExecutionException e) {
      fail(failures.closed());
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void finish() {
    try {
      submitted.forEach(part -> results.addAll(part.join()));
      V value = shape.apply(Collections.unmodifiableList(results));
      threads.complete(() -> result.succeed(value));
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void fail(Throwable failure) {
    if (ended.compareAndSet(false, true)) {
      drop();
      threads.complete(() -> result.fail(failures.translate(failure)));
    }
  }

  private void giveUp() {
    ended.set(true);
    drop();
  }

  /**
   * Interrupts a step that waits for room, before there is some, and cancels what was submitted.
   */
  private void drop() {
    step.cancel(true);
    submitted.forEach(part -> part.cancel(true));
  }
}
