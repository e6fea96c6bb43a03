package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** One executor under chaos, from its building to its end. */
final class ChaosRound {

  private static final int CALLERS = 4;
  private static final int CALLS_PER_CALLER = 800;

  private final Random random;
  private final List<Thread> workers = Collections.synchronizedList(new ArrayList<>());
  private final Set<Runnable> delivered = ConcurrentHashMap.newKeySet();
  private final AtomicInteger deliveredTwice = new AtomicInteger();
  private final ExecutorService completions = Executors.newFixedThreadPool(2);
  private final BatchExecutor executor;
  private final int itemMakers;
  private final List<BatchQueue<ChaosItem, Long>> queues = new ArrayList<>();
  private final List<ChaosFunction> functions = new ArrayList<>();

  ChaosRound(long seed) {
    random = new Random(seed);
    int devices = 1 + random.nextInt(2);
    itemMakers = random.nextBoolean() ? 0 : 1 + random.nextInt(3);
    BatchExecutorBuilder builder = BatchExecutor.builder()
        .name("chaos-" + seed)
        .workers(devices * (1 + random.nextInt(3)))
        .devices(devices)
        .itemMakers(itemMakers)
        .maxQueuedItems(1 + random.nextInt(400))
        .maxQueuedCost(1 + random.nextInt(20_000))
        .maxWait(Duration.ofNanos(random.nextInt(3) * 100_000L))
        .lookAhead(1 + random.nextInt(20))
        .ageLimit(Duration.ofNanos(random.nextInt(1_000_000)))
        .threadFactory(this::worker);
    if (random.nextBoolean()) {
      builder.completionExecutor(this::deliver);
    }
    if (random.nextBoolean()) {
      builder.callersRun(false);
    }
    executor = builder.build();
    for (int i = 0; i < 2; i++) {
      BatchLimits limits = new BatchLimits(
          1 + random.nextInt(40), 1 + random.nextInt(2_000), random.nextInt(3) / 2.0);
      functions.add(new ChaosFunction(limits, random.nextLong()));
      queues.add(executor.register("q" + i, limits, ChaosItem::tokens, functions.get(i)));
    }
  }

  private Thread worker(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    workers.add(thread);
    return thread;
  }

  /** Every request comes by at most once. */
  private void deliver(Runnable request) {
    if (!delivered.add(request)) {
      deliveredTwice.incrementAndGet();
    }
    completions.execute(request);
  }

  /** Runs the round and checks that nothing was lost; returns the number of items asked for. */
  long run() throws Exception {
    Semaphore calls = new Semaphore(0);
    List<ChaosCaller> callers = IntStream.range(0, CALLERS)
        .mapToObj(i -> new ChaosCaller(
            queues, new Random(random.nextLong()), (i + 1L) << 40, calls, itemMakers == 0))
        .toList();
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    List<CompletableFuture<Void>> runs = callers.stream()
        .map(caller -> CompletableFuture.runAsync(() -> caller.call(CALLS_PER_CALLER), threads))
        .toList();
    CompletableFuture<?> crash = CompletableFuture.anyOf(runs.toArray(CompletableFuture[]::new));
    crash.exceptionally(thrown -> {
      calls.release(CALLERS * CALLS_PER_CALLER);
      return null;
    });
    assertThat(calls.tryAcquire(CALLERS * CALLS_PER_CALLER * 9 / 10, 60, TimeUnit.SECONDS))
        .as("calls end")
        .isTrue();
    if (random.nextInt(3) == 0) {
      queues.get(0).close();
      functions.get(0).free();
    }
    executor.close(Duration.ofNanos(random.nextInt(3) * 3_000_000L));
    functions.forEach(ChaosFunction::free);
    for (CompletableFuture<Void> run : runs) {
      run.get(60, TimeUnit.SECONDS);
    }
    long items = 0;
    for (ChaosCaller caller : callers) {
      items += caller.checkAnswers();
    }
    threads.shutdown();
    checkNothingIsLeft();
    return items;
  }

  private void checkNothingIsLeft() throws InterruptedException {
    assertThat(workers).noneMatch(Thread::isAlive);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().matches("chaos-.*-(completion|items)-.*")) {
        thread.join(60_000);
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
    completions.shutdown();
    assertThat(completions.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(deliveredTwice).hasValue(0);
    for (Lane lane : Lane.values()) {
      assertThat(executor.queuedItems(lane)).as("items held in " + lane).isZero();
      assertThat(executor.queuedCost(lane)).as("cost held in " + lane).isZero();
    }
  }
}
