package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FailureTest {

  private static final RequestOptions QUERY = RequestOptions.query();
  private static final BatchLimits LIMITS = BatchLimits.packed(64, 1_000);

  /** Submits numbers that land in one batch, as the only worker is busy meanwhile. */
  private static List<CompletableFuture<Integer>> submitTogether(
      BatchExecutor executor, BatchQueue<Integer, Integer> queue, int count) {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    BatchQueue<Integer, Integer> blocker =
        executor.register("blocker", LIMITS, item -> 1, (items, context) -> {
          running.countDown();
          Waits.on(proceed);
          return items;
        });
    CompletableFuture<Integer> blocked = blocker.submit(0, QUERY);
    Waits.on(running);
    List<CompletableFuture<Integer>> futures =
        IntStream.range(0, count).mapToObj(i -> queue.submit(i, QUERY)).toList();
    proceed.countDown();
    blocked.join();
    return futures;
  }

  private static BatchFailedException failureOf(CompletableFuture<Integer> future) {
    Throwable failure = future.handle((result, thrown) -> thrown).join();
    return (BatchFailedException) Objects.requireNonNull(failure);
  }

  @Test
  void run_onePoisonItem_failsAlone() throws Exception {
    IllegalArgumentException poison = new IllegalArgumentException("poison");
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> {
            sizes.add(items.size());
            if (items.contains(5)) {
              throw poison;
            }
            return items;
          });
      List<CompletableFuture<Integer>> futures = submitTogether(executor, queue, 16);
      for (int i = 0; i < 16; i++) {
        if (i == 5) {
          assertThatExceptionOfType(ExecutionException.class)
              .isThrownBy(futures.get(i)::get)
              .havingCause()
              .isInstanceOf(BatchFailedException.class)
              .withMessage("the batch function of 'q' failed on item 0")
              .withCause(poison);
        } else {
          assertThat(futures.get(i).get()).isEqualTo(i);
        }
      }
    }
    assertThat(sizes).containsExactly(16, 8, 4, 4, 2, 1, 1, 2, 8);
  }

  @Test
  void run_poisonItemOfALargeRequest_namesItAndDropsTheRest() {
    AtomicInteger runs = new AtomicInteger();
    List<Integer> items = IntStream.range(0, 1_000).boxed().toList();
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(10, 1_000), item -> 1, (batch, context) -> {
            runs.incrementAndGet();
            if (batch.contains(3)) {
              throw new IllegalArgumentException("poison");
            }
            return batch;
          });
      BatchFailedException failure =
          catchThrowableOfType(BatchFailedException.class, () -> queue.invokeAll(items, QUERY));
      assertThat(failure.itemIndex()).isEqualTo(3);
    }
    assertThat(runs.get()).isLessThan(10);
  }

  @Test
  void run_brokenDevice_givesUpEarly() {
    AtomicInteger runs = new AtomicInteger();
    IllegalStateException broken = new IllegalStateException("device lost");
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> {
            runs.incrementAndGet();
            throw broken;
          });
      List<CompletableFuture<Integer>> futures = submitTogether(executor, queue, 64);
      int unblamed = 0;
      for (CompletableFuture<Integer> future : futures) {
        BatchFailedException failure = failureOf(future);
        assertThat(failure).hasCause(broken);
        unblamed += failure.itemIndex() < 0 ? 1 : 0;
      }
      assertThat(unblamed).isGreaterThan(50);
    }
    assertThat(runs.get()).isEqualTo(7 + 8);
  }

  @Test
  void run_outOfMemory_makesSmallerBatchesForAWhile() throws Exception {
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    List<Integer> items = IntStream.range(0, 640).boxed().toList();
    BatchFunction<Integer, Integer> function = new BatchFunction<>() {
      @Override
      public List<Integer> run(List<Integer> batch, BatchContext context) {
        sizes.add(batch.size());
        if (batch.size() > 20) {
          throw new IllegalStateException("no memory");
        }
        return batch;
      }

      @Override
      public boolean isOutOfMemory(Throwable failure) {
        return failure instanceof IllegalStateException;
      }
    };
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", BatchLimits.packed(64, 64), item -> 1, function);
      assertThat(queue.invokeAll(items, QUERY)).isEqualTo(items);
    }
    assertThat(sizes.subList(0, 6)).containsExactly(64, 32, 16, 16, 16, 16);
    assertThat(sizes).filteredOn(size -> size > 20).hasSizeLessThan(12);
  }

  @Test
  void run_outOfMemoryAlone_failsTheItem() {
    BatchFunction<Integer, Integer> function = new BatchFunction<>() {
      @Override
      public List<Integer> run(List<Integer> batch, BatchContext context) {
        throw new OutOfMemoryError("test");
      }

      @Override
      public boolean isOutOfMemory(Throwable failure) {
        return failure instanceof OutOfMemoryError;
      }
    };
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, function);
      assertThatExceptionOfType(BatchFailedException.class)
          .isThrownBy(() -> queue.invoke(1, QUERY))
          .withCauseInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void run_error_replacesTheWorkerAndSaysSo() throws Exception {
    List<Throwable> reported = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean broken = new AtomicBoolean(true);
    StackOverflowError error = new StackOverflowError("test");
    BatchListener listener = new BatchListener() {
      @Override
      public void workerReplaced(Throwable cause) {
        reported.add(cause);
      }
    };
    try (BatchExecutor executor = BatchExecutor.builder()
        .workers(1)
        .listener(listener)
        .threadFactory(task -> {
          Thread thread = new Thread(task);
          threads.add(thread);
          return thread;
        })
        .build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> {
            if (broken.getAndSet(false)) {
              throw error;
            }
            return items;
          });
      List<CompletableFuture<Integer>> futures = submitTogether(executor, queue, 8);
      for (CompletableFuture<Integer> future : futures) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(future::get)
            .havingCause()
            .isInstanceOf(BatchFailedException.class)
            .withMessage("the batch function of 'q' failed, whatever the item")
            .withCause(error);
      }
      assertThat(queue.submit(1, QUERY).get()).isEqualTo(1);
      threads.get(0).join();
    }
    assertThat(reported).containsExactly(error);
    assertThat(threads).hasSize(2).noneMatch(Thread::isAlive);
  }

  @Test
  void run_errorAndNoNewThread_keepsTheWorker() throws Exception {
    AtomicInteger threads = new AtomicInteger();
    AtomicBoolean broken = new AtomicBoolean(true);
    try (BatchExecutor executor = BatchExecutor.builder()
        .workers(1)
        .threadFactory(task -> {
          if (threads.getAndIncrement() > 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          return new Thread(task);
        })
        .build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> {
            if (broken.getAndSet(false)) {
              throw new StackOverflowError("test");
            }
            return items;
          });
      CompletableFuture<Integer> failed = queue.submit(1, QUERY);
      assertThatExceptionOfType(ExecutionException.class).isThrownBy(failed::get);
      assertThat(queue.submit(1, QUERY).get()).isEqualTo(1);
    }
  }

  @Test
  void run_wrongNumberOfResults_fails() {
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> List.of(1, 2, 3));
      assertThatExceptionOfType(BatchFailedException.class)
          .isThrownBy(() -> queue.invoke(1, QUERY))
          .havingCause()
          .isInstanceOf(IllegalStateException.class)
          .withMessage(
              "the batch function of 'q' returned 3 results for 1 items; this is a bug in" + " it");
    }
  }

  @Test
  void run_interruptLeftBehind_doesNotReachTheNextBatch() throws Exception {
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Boolean> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> {
            boolean before = Thread.currentThread().isInterrupted();
            Thread.currentThread().interrupt();
            return Collections.nCopies(items.size(), before);
          });
      assertThat(queue.submit(1, QUERY).get()).isFalse();
      assertThat(queue.submit(1, QUERY).get()).isFalse();
    }
  }

  /**
   * Fails between all steps of the executor's own code, as a heap that is exhausted does: the clock
   * is read between them.
   */
  @Test
  void ticker_failsNowAndThen_losesNothingAndCloses() throws Exception {
    long seed = Long.getLong("bge.test.seed", System.nanoTime());
    Random random = new Random(seed);
    AtomicBoolean fails = new AtomicBoolean();
    BatchExecutor executor = BatchExecutor.builder()
        .workers(2)
        .ticker(() -> {
          if (fails.get()) {
            synchronized (random) {
              if (random.nextInt(10) == 0) {
                throw new OutOfMemoryError("played");
              }
            }
          }
          return System.nanoTime();
        })
        .build();
    BatchQueue<Integer, Integer> queue =
        executor.register("q", LIMITS, item -> 1, (items, context) -> items);
    fails.set(true);
    List<CompletableFuture<?>> futures = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int item = i;
      try {
        futures.add(
            switch (i % 4) {
              case 0 -> queue.submit(i, QUERY);
              case 1 -> queue.submit(i, QUERY.withDeadline(Duration.ofMinutes(1)));
              case 2 -> queue.submitAll(List.of(i, i + 1, i + 2), QUERY);
              default -> queue.submitAll(200, index -> item, QUERY, results -> results);
            });
        if (i % 16 == 0) {
          assertThat(queue.invoke(i, QUERY)).isEqualTo(i);
        }
      } catch (OutOfMemoryError | BatchFailedException e) {
        assertThat(e).hasStackTraceContaining("played");
      }
    }
    for (CompletableFuture<?> future : futures) {
      Throwable failure = future.handle((result, thrown) -> thrown).get(30, TimeUnit.SECONDS);
      if (failure != null) {
        assertThat(failure).as("seed %d", seed).hasStackTraceContaining("played");
      }
    }
    assertThat(executor.queuedItems(Lane.QUERY)).as("seed %d", seed).isZero();
    fails.set(false);
    assertThat(queue.invoke(7, QUERY)).isEqualTo(7);
    executor.close(Duration.ofSeconds(30));
  }
}
