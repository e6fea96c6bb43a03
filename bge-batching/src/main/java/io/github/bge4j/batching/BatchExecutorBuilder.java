package io.github.bge4j.batching;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link BatchExecutor}; each has a default. Not thread-safe. */
public final class BatchExecutorBuilder {

  /** As many texts as the inference service queues that this library replaces. */
  private static final int DEFAULT_MAX_QUEUED_ITEMS = 2_048;

  /** As many tokens as that many texts of 512. */
  private static final long DEFAULT_MAX_QUEUED_COST = 512L * DEFAULT_MAX_QUEUED_ITEMS;

  /** Twice the usual batch: enough to find equal lengths, a microsecond to look at. */
  private static final int DEFAULT_LOOK_AHEAD = 128;

  private static final int DEFAULT_QUERY_WEIGHT = 4;
  private static final Duration DEFAULT_AGE_LIMIT = Duration.ofSeconds(1);

  String name = "batch";
  int workers = Runtime.getRuntime().availableProcessors();
  int devices = 1;
  private @Nullable Boolean callersRun;
  private int itemMakers;
  int maxQueuedItems = DEFAULT_MAX_QUEUED_ITEMS;
  long maxQueuedCost = DEFAULT_MAX_QUEUED_COST;
  long maxWaitNanos;
  int lookAhead = DEFAULT_LOOK_AHEAD;
  int queryWeight = DEFAULT_QUERY_WEIGHT;
  long ageLimitNanos = DEFAULT_AGE_LIMIT.toNanos();
  Ticker ticker = Ticker.system();
  BatchListener listener = BatchListener.NONE;

  @Nullable ThreadFactory threadFactory;

  @Nullable Executor completionExecutor;

  BatchExecutorBuilder() {}

  /**
   * Sets the prefix of thread names; the default is {@code batch}.
   *
   * @param prefix workers are called {@code prefix-1}, {@code prefix-2}, ...
   * @return this
   */
  public BatchExecutorBuilder name(String prefix) {
    name = prefix;
    return this;
  }

  /**
   * Sets how many batches may run at a time; the default is the number of processors.
   *
   * @param count number of worker threads, at least 1; callers that run their own request take the
   *     place of one
   * @return this
   * @throws IllegalArgumentException if the count is below 1
   */
  public BatchExecutorBuilder workers(int count) {
    workers = (int) atLeastOne("workers", count, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Sets among how many devices the workers are divided, in equal parts; the default is 1. Work
   * goes to a worker of the device that has most of them idle, and the batch function learns from
   * {@link BatchContext#device()} which device that is.
   *
   * @param count at least 1; the number of workers must be a multiple of it
   * @return this
   * @throws IllegalArgumentException if the count is below 1
   */
  public BatchExecutorBuilder devices(int count) {
    devices = (int) atLeastOne("devices", count, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Sets whether a caller that blocks runs its own request while a worker is idle, which saves the
   * hand-over; the default is true, for one device. Not for a device of which every thread that
   * runs on it takes something for good, such as CUDA.
   *
   * @param run false for only ever running batches in worker threads
   * @return this
   */
  public BatchExecutorBuilder callersRun(boolean run) {
    callersRun = run;
    return this;
  }

  /**
   * Sets how many threads make the items of large requests (see {@link BatchQueue#submitAll(int,
   * java.util.function.IntFunction, RequestOptions, java.util.function.Function)}), so that one
   * caller can fill a device: up to a full batch at a time, and one ahead for each worker. The
   * default is none: they are made 64 at a time, in order, by the caller or a worker.
   *
   * @param threads at least 0; with any, what makes the items of a request is called by several
   *     threads at a time and in no order, and must be thread-safe
   * @return this
   * @throws IllegalArgumentException if the number is below 0
   */
  public BatchExecutorBuilder itemMakers(int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException(
          "itemMakers must be at least 0: " + threads + "; leave it unset for none");
    }
    itemMakers = threads;
    return this;
  }

  /**
   * Sets how many items each {@link Lane} may hold, from admission to delivery; the default is
   * 2,048.
   *
   * <p>A request counts for at most half of this, so that one with more items than the whole limit
   * is admitted as well: two of them fill the lane, and none has to wait until it is empty.
   *
   * @param items from 1 to 4,194,304
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public BatchExecutorBuilder maxQueuedItems(int items) {
    maxQueuedItems = (int) atLeastOne("maxQueuedItems", items, QueueBudget.MOST_ITEMS);
    return this;
  }

  /**
   * Sets how much cost each {@link Lane} may hold, from admission to delivery; the default is
   * 1,048,576. A request counts for at most half of this.
   *
   * @param cost from 1 to 2^39
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public BatchExecutorBuilder maxQueuedCost(long cost) {
    maxQueuedCost = atLeastOne("maxQueuedCost", cost, QueueBudget.MOST_COST);
    return this;
  }

  /**
   * Sets how long a request may be held back to gather company; the default is not at all.
   *
   * <p>A request that finds a worker idle and the queue empty always runs at once. One that comes
   * while all workers are busy waits for the next free one in any case; by default that takes what
   * is there. With a maximum wait, the free worker leaves a batch that is not full until its oldest
   * request is that old: larger batches for longer answers.
   *
   * @param duration counted from submission
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public BatchExecutorBuilder maxWait(Duration duration) {
    maxWaitNanos = RequestOptions.nanos("maxWait", duration);
    return this;
  }

  /**
   * Sets among how many requests, behind the one whose turn it is, items of matching length are
   * looked for; the default is 128.
   *
   * @param requests at least 1
   * @return this
   * @throws IllegalArgumentException if the number is below 1
   */
  public BatchExecutorBuilder lookAhead(int requests) {
    lookAhead = (int) atLeastOne("lookAhead", requests, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Sets how much cost of {@link Lane#QUERY} is served for each unit of {@link Lane#BULK} while
   * both have work; the default is 4.
   *
   * @param weight at least 1
   * @return this
   * @throws IllegalArgumentException if the weight is below 1
   */
  public BatchExecutorBuilder queryWeight(int weight) {
    queryWeight = (int) atLeastOne("queryWeight", weight, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Sets from which age on waiting bulk work weighs as much as queries; the default is 1 second.
   *
   * @param age time since a bulk request came, or had its last turn
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public BatchExecutorBuilder ageLimit(Duration age) {
    ageLimitNanos = RequestOptions.nanos("ageLimit", age);
    return this;
  }

  /**
   * Sets the clock; the default is {@link Ticker#system()}.
   *
   * @param clock thread-safe
   * @return this
   */
  public BatchExecutorBuilder ticker(Ticker clock) {
    ticker = clock;
    return this;
  }

  /**
   * Sets who is told what happens; the default is nobody.
   *
   * @param told thread-safe
   * @return this
   */
  public BatchExecutorBuilder listener(BatchListener told) {
    listener = told;
    return this;
  }

  /**
   * Sets what makes the worker threads; the default makes daemon threads.
   *
   * @param factory makes one thread a call, not started
   * @return this
   */
  public BatchExecutorBuilder threadFactory(ThreadFactory factory) {
    threadFactory = factory;
    return this;
  }

  /**
   * Sets where futures are completed, and so what their owners hung on them runs; the default is a
   * fork-join pool of the executor's own, which starts another thread when one of them waits for
   * another future.
   *
   * @param executor not closed by the batch executor; what it refuses runs on the worker
   * @return this
   */
  public BatchExecutorBuilder completionExecutor(Executor executor) {
    completionExecutor = executor;
    return this;
  }

  /**
   * Starts the workers.
   *
   * @return an executor; whoever builds it closes it
   * @throws IllegalStateException if the workers cannot be divided among the devices in equal
   *     parts, or callers shall run their requests and there are several devices
   */
  public BatchExecutor build() {
    if (workers % devices != 0) {
      throw new IllegalStateException("workers must be a multiple of the devices: " + workers
          + " among " + devices + "; give each device as many");
    }
    if (devices > 1 && Boolean.TRUE.equals(callersRun)) {
      throw new IllegalStateException("callers must not run their requests with several devices: "
          + devices + "; they belong to none, leave callersRun unset");
    }
    return new BatchExecutor(this);
  }

  ThreadFactory workerThreads() {
    AtomicInteger number = new AtomicInteger();
    String prefix = name;
    return threadFactory != null
        ? threadFactory
        : task -> {
          Thread thread = new Thread(task, prefix + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
  }

  boolean callersRun() {
    return callersRun == null ? devices == 1 : callersRun;
  }

  @Nullable ItemMakers makers() {
    return itemMakers == 0 ? null : new ItemMakers(itemMakers, workers, name);
  }

  QueueBudget budget() {
    return new QueueBudget(maxQueuedItems, maxQueuedCost);
  }

  /**
   * Makes the threads that complete futures unless the caller names an executor: daemons that see
   * the class loader of the calling thread.
   *
   * <p>A fork-join pool because it starts another thread when a callback blocks in {@code join} or
   * {@code get} of another future, which would otherwise wait for this very thread. Not the common
   * pool: its threads are everybody's, and see the system class loader only.
   */
  ForkJoinPool completionPool() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    AtomicInteger number = new AtomicInteger();
    String prefix = name;
    return new ForkJoinPool(
        Math.max(2, Runtime.getRuntime().availableProcessors()),
        pool -> {
          ForkJoinWorkerThread thread =
              ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName(prefix + "-completion-" + number.incrementAndGet());
          thread.setContextClassLoader(loader);
          return thread;
        },
        null,
        true);
  }

  private static long atLeastOne(String setting, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(setting + " must be from 1 to " + most + ": " + value
          + "; leave it unset for the default");
    }
    return value;
  }
}
