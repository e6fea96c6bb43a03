package io.github.bge4j.batching;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns the single items of many callers into the full batches that a device wants.
 *
 * <pre>{@code
 * try (BatchExecutor executor = BatchExecutor.builder().workers(2).build()) {
 *   BatchQueue<Text, float[]> queue = executor.register(
 *       "embed", BatchLimits.packed(64, 16_384), Text::tokens, (texts, context) -> model.run(texts));
 *   float[] vector = queue.invoke(text, RequestOptions.query());
 *   CompletableFuture<float[]> later = queue.submit(text, RequestOptions.bulk());
 * }
 * }</pre>
 *
 * <p>One executor stands for one device, or for several that do the same: all functions that use
 * them register here and share the workers and queues, each lane and function getting its share.
 * Nothing lingers while a worker is idle; batches fill by themselves as soon as callers outnumber
 * workers.
 *
 * <p>Thread-safe. Whoever builds it closes it.
 */
public final class BatchExecutor implements AutoCloseable {

  private final Dispatcher dispatcher;
  private final Entrance entrance;
  private final WorkerCrew crew;
  private final @Nullable ItemMakers makers;
  private final @Nullable ExecutorService ownCompletions;
  private final int workers;
  private final int devices;
  private final boolean callersRun;

  BatchExecutor(BatchExecutorBuilder settings) {
    workers = settings.workers;
    devices = settings.devices;
    callersRun = settings.callersRun();
    makers = settings.makers();
    Ticker clock = Request.fromZero(settings.ticker);
    Executor completions = settings.completionExecutor;
    ExecutorService pool = completions == null ? settings.completionPool() : null;
    ownCompletions = pool;
    if (completions == null) {
      completions = Objects.requireNonNull(pool);
    }
    Events events = new Events(settings.listener);
    FairShare share =
        new FairShare(workers, settings.queryWeight, settings.ageLimitNanos, settings.maxWaitNanos);
    dispatcher = new Dispatcher(
        new Scheduler(settings.lookAhead, share), workers, devices, completions, events, clock);
    BatchRunner runner = new BatchRunner(dispatcher.lock(), clock, events);
    entrance = new Entrance(
        dispatcher, runner, clock, events, settings.budget(), settings.budget(), callersRun);
    crew = new WorkerCrew(settings.workerThreads(), dispatcher, runner, events, devices);
    boolean started = false;
    try {
      for (int i = 0; i < settings.workers; i++) {
        crew.hire(i);
      }
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  /**
   * Returns a builder; everything has a default.
   *
   * @return a new builder
   */
  public static BatchExecutorBuilder builder() {
    return new BatchExecutorBuilder();
  }

  /**
   * Adds a function to this device.
   *
   * @param name for reports and messages
   * @param limits which items may share a batch
   * @param cost what an item costs, at least 1, which is also its length; called once an item
   * @param function computes the results
   * @param <T> items
   * @param <R> results
   * @return the way to the function; close it before what the function uses is freed, unless the
   *     executor is closed before
   * @throws ExecutorClosedException if the executor is closed
   */
  @SuppressWarnings("unchecked") // the queue only ever passes items of T
  public <T, R> BatchQueue<T, R> register(
      String name,
      BatchLimits limits,
      ToIntFunction<? super T> cost,
      BatchFunction<T, R> function) {
    RegisteredFunction registered = new RegisteredFunction(
        name,
        limits,
        (ToIntFunction<Object>) cost,
        (BatchFunction<Object, Object>) function,
        makers);
    dispatcher.lock().exclusively(scheduler -> {
      if (!dispatcher.isOpen()) {
        throw new ExecutorClosedException();
      }
      scheduler.register(registered);
    });
    return new BatchQueue<>(registered, this, entrance);
  }

  /**
   * Returns how many batches may run at a time.
   *
   * @return at least 1
   */
  public int workers() {
    return workers;
  }

  /**
   * Returns among how many devices the workers are divided.
   *
   * @return at least 1
   */
  public int devices() {
    return devices;
  }

  /**
   * Tells whether callers may run their own requests; see {@link BatchExecutorBuilder#callersRun}.
   *
   * @return false if only workers run batches
   */
  public boolean callersRun() {
    return callersRun;
  }

  /**
   * Does something once in each worker thread, one after the other, each before its next batch: to
   * warm up what a thread of its own needs, before requests come. Waits until all have, also if the
   * calling thread is interrupted (its flag is kept), and so for batches that run.
   *
   * @param task is told which device a worker belongs to. If it throws, no other worker does it
   * @throws ExecutorClosedException if the executor is closed before
   * @throws IllegalStateException if called from a batch function, which it would wait for
   * @throws RuntimeException what the task threw
   */
  public void onEachWorker(Consumer<? super BatchContext> task) {
    checkNotInBatch("onEachWorker()");
    Throwable failure = dispatcher.onEachWorker(task);
    if (failure instanceof RuntimeException exception) {
      throw exception;
    } else if (failure instanceof Error error) {
      throw error;
    } else if (failure != null) {
      throw new IllegalStateException("a worker's task threw a checked exception", failure);
    }
  }

  /**
   * Tells whether it takes no more requests and functions.
   *
   * @return true from the first {@link #close} on
   */
  public boolean isClosed() {
    return !dispatcher.isOpen();
  }

  /**
   * Returns how many items a lane holds: waiting, running, or done and not yet delivered.
   *
   * @param lane which
   * @return as they count for the limit
   */
  public int queuedItems(Lane lane) {
    return QueueBudget.items(entrance.budget(lane).used());
  }

  /**
   * Returns what the items that a lane holds cost.
   *
   * @param lane which
   * @return as they count for the limit
   */
  public long queuedCost(Lane lane) {
    return QueueBudget.cost(entrance.budget(lane).used());
  }

  void close(RegisteredFunction function) {
    checkNotInBatch("close()");
    function.close();
    dispatcher.lock().exclusively(scheduler -> scheduler.close(function));
    dispatcher.lock().awaitUninterruptibly(scheduler -> !scheduler.underway().uses(function));
  }

  private void checkNotInBatch(String method) {
    Thread closer = Thread.currentThread();
    boolean runs = dispatcher.lock().decide(scheduler -> scheduler.underway().uses(closer));
    if (runs || crew.isMember(closer)) {
      throw new IllegalStateException(
          method + " was called from a batch function, which it would wait for; call it elsewhere");
    }
  }

  /** Closes without draining: {@link #close(Duration) close(Duration.ZERO)}. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * Takes no more requests, lets those that it has finish for a while, and fails the rest with
   * {@link ExecutorClosedException}.
   *
   * <p>Returns when no batch function runs any more and the workers have ended, however long that
   * takes and even if the calling thread is interrupted (which ends the draining; its flag is
   * kept): what the functions use may then be freed. Blocked callers have their outcome by then;
   * futures get theirs on the completion executor, which may still be at it. Idempotent; a second
   * call with a shorter time shortens the draining.
   *
   * @param drainTimeout longest time for requests to finish
   * @throws IllegalArgumentException if the time is negative
   * @throws IllegalStateException if called from a batch function, which it would wait for
   */
  public void close(Duration drainTimeout) {
    long nanos = RequestOptions.nanos("drainTimeout", drainTimeout);
    checkNotInBatch("close()");
    dispatcher.stopAdmission();
    dispatcher.awaitDone(nanos);
    dispatcher.stop();
    crew.join();
    if (makers != null) {
      makers.close();
    }
    if (ownCompletions != null) {
      ownCompletions.shutdown();
    }
  }
}
