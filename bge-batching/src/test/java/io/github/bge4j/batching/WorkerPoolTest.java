package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {

  @Test
  void constructor_noWorkers_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WorkerPool("w", 0))
        .withMessage("workers must be at least 1: 0");
  }

  @Test
  void forEach_manyTasks_runsEachOnceOnNamedDaemonThreads() throws Exception {
    int[] runs = new int[1000];
    List<String> threads = Collections.synchronizedList(new ArrayList<>());
    try (WorkerPool pool = new WorkerPool("pool", 3)) {
      assertThat(pool.workers()).isEqualTo(3);
      pool.forEach(runs.length, i -> {
        runs[i]++;
        threads.add(Thread.currentThread().getName() + Thread.currentThread().isDaemon());
      });
    }
    assertThat(runs).containsOnly(1);
    assertThat(threads).isSubsetOf("pool-1true", "pool-2true", "pool-3true");
  }

  @Test
  void forEach_noTasks_returnsAtOnce() throws Exception {
    try (WorkerPool pool = new WorkerPool("pool", 1)) {
      pool.forEach(0, i -> {
        throw new AssertionError("nothing to run");
      });
    }
  }

  @Test
  void forEach_manyCallers_runsAtMostAsManyTasksAsWorkers() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try (WorkerPool pool = new WorkerPool("pool", 2)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int c = 0; c < 8; c++) {
        calls.add(callers.submit(() -> {
          pool.forEach(200, i -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            running.decrementAndGet();
          });
          return null;
        }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void forEach_taskThrows_skipsTheRestAndThrowsTheSameException() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    IllegalStateException failure = new IllegalStateException("task 3");
    try (WorkerPool pool = new WorkerPool("pool", 1)) {
      assertThatThrownBy(() -> pool.forEach(10, i -> {
            runs.incrementAndGet();
            if (i == 3) {
              throw failure;
            }
          }))
          .isSameAs(failure);
      assertThat(runs.get()).isEqualTo(4);
      pool.forEach(2, i -> runs.incrementAndGet());
      assertThat(runs.get()).isEqualTo(6);
    }
  }

  @Test
  void forEach_taskThrowsError_throwsItAndKeepsTheWorker() throws Exception {
    OutOfMemoryError failure = new OutOfMemoryError("test");
    AtomicInteger runs = new AtomicInteger();
    try (WorkerPool pool = new WorkerPool("pool", 1)) {
      assertThatThrownBy(() -> pool.forEach(3, i -> {
            throw failure;
          }))
          .isSameAs(failure);
      pool.forEach(3, i -> runs.incrementAndGet());
    }
    assertThat(runs.get()).isEqualTo(3);
  }

  @Test
  void forEach_taskThrowsUndeclaredException_throwsItAndKeepsTheWorker() throws Exception {
    Exception failure = new Exception("checked");
    AtomicInteger runs = new AtomicInteger();
    try (WorkerPool pool = new WorkerPool("pool", 1)) {
      assertThatThrownBy(
              () -> pool.forEach(3, i -> WorkerPoolTest.<RuntimeException>sneak(failure)))
          .isSameAs(failure);
      pool.forEach(3, i -> runs.incrementAndGet());
    }
    assertThat(runs.get()).isEqualTo(3);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneak(Exception failure) throws T {
    throw (T) failure;
  }

  @Test
  void forEach_besideABulkJob_doesNotWaitForItsEnd() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch bulkStarted = new CountDownLatch(1);
    CountDownLatch smallQueued = new CountDownLatch(1);
    try (WorkerPool pool = new WorkerPool("pool", 1)) {
      CompletableFuture<Void> bulk = CompletableFuture.runAsync(() -> forEach(pool, 5, i -> {
        bulkStarted.countDown();
        await(smallQueued);
        order.add("bulk" + i);
      }));
      await(bulkStarted);
      Thread small = new Thread(() -> forEach(pool, 1, i -> order.add("small")));
      small.start();
      awaitBlocked(small);
      smallQueued.countDown();
      small.join();
      bulk.get();
    }
    // The bulk job was already back in line when the small one came, so it gets one more task
    // first.
    assertThat(order).containsExactly("bulk0", "bulk1", "small", "bulk2", "bulk3", "bulk4");
  }

  @Test
  void forEach_callerInterrupted_skipsTheRest() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    try (WorkerPool pool = new WorkerPool("pool", 1)) {
      Thread caller = new Thread(() -> {
        try {
          pool.forEach(10, i -> {
            runs.incrementAndGet();
            started.countDown();
            await(proceed);
          });
          interrupted.complete(false);
        } catch (InterruptedException e) {
          interrupted.complete(true);
        }
      });
      caller.start();
      await(started);
      caller.interrupt();
      assertThat(interrupted.get()).isTrue();
      proceed.countDown();
      pool.forEach(1, i -> {});
    }
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void close_whileATaskRuns_waitsForItAndFailsTheRest() throws Exception {
    AtomicInteger finished = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    WorkerPool pool = new WorkerPool("pool", 1);
    CompletableFuture<Void> call = CompletableFuture.runAsync(() -> forEach(pool, 4, i -> {
      started.countDown();
      await(proceed);
      finished.incrementAndGet();
    }));
    await(started);
    Thread closer = new Thread(pool::close);
    closer.start();
    awaitBlocked(closer);
    assertThat(finished.get()).isZero();
    proceed.countDown();
    closer.join();
    assertThat(finished.get()).isEqualTo(1);
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(call::get)
        .withCauseInstanceOf(PoolClosedException.class)
        .withMessageContaining("the worker pool is closed; submit work before close()");
  }

  @Test
  void forEach_afterClose_throws() {
    WorkerPool pool = new WorkerPool("pool", 2);
    pool.close();
    pool.close();
    assertThatExceptionOfType(PoolClosedException.class)
        .isThrownBy(() -> pool.forEach(1, i -> {}))
        .withMessage("the worker pool is closed; submit work before close()");
  }

  @Test
  void close_amongManyCallers_answersEveryOne() throws Exception {
    for (int round = 0; round < 200; round++) {
      WorkerPool pool = new WorkerPool("pool", 2);
      List<CompletableFuture<Void>> calls = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        calls.add(CompletableFuture.runAsync(() -> forEach(pool, 20, i -> {})));
      }
      pool.close();
      for (CompletableFuture<Void> call : calls) {
        // Either done or refused, but never left waiting.
        call.handle((done, failure) ->
                failure == null || failure.getCause() instanceof PoolClosedException)
            .thenAccept(answered -> assertThat(answered).isTrue())
            .get();
      }
    }
  }

  private static void forEach(WorkerPool pool, int count, java.util.function.IntConsumer task) {
    try {
      pool.forEach(count, task);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitBlocked(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
