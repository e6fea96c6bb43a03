package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.testing.Seeds;
import io.github.bge4j.testing.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Asynchronous calls of all sizes that are refused, late, wrong, cancelled and closed at random.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class AsyncStressTest {

  private static final int CALLERS = 4;
  private static final int CALLS = 60;
  private static final String TOO_LONG = "x".repeat(30);

  private static final List<Class<?>> FAILURES = List.of(
      BusyException.class,
      DeadlineException.class,
      InvalidTextException.class,
      CancellationException.class,
      TimeoutException.class);

  /** Of the calls; how the threads meet is not repeated. */
  static LongStream seeds() {
    return Seeds.upTo(4).stream();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void submit_anyCallAtAnyTime_completesAndLeavesNothing(long seed) {
    PlayedModel model = new PlayedModel(BatchExecutor.builder().workers(2).maxQueuedItems(300));
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    boolean closes = seed % 2 == 0;
    AtomicInteger succeeded = new AtomicInteger();
    try {
      List<CompletableFuture<?>> callers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        Random random = new Random(31 * seed + caller);
        callers.add(CompletableFuture.runAsync(
            () -> callAtRandom(model, random, closes, succeeded), threads));
      }
      if (closes) {
        Waits.until(() -> model.session.runs.get() > 1_000
            || callers.stream().allMatch(CompletableFuture::isDone));
        model.runner.close();
      }
      CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).join();
      for (Lane lane : Lane.values()) {
        model.awaitQueued(lane, 0);
      }
      assertThat(succeeded).hasPositiveValue();
    } finally {
      threads.shutdown();
      model.close();
    }
  }

  private static void callAtRandom(
      PlayedModel model, Random random, boolean closes, AtomicInteger succeeded) {
    List<CompletableFuture<?>> outcomes = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      List<String> texts = new ArrayList<>(PlayedModel.texts("", 1 + random.nextInt(500)));
      if (random.nextInt(10) == 0) {
        texts.set(random.nextInt(texts.size()), TOO_LONG);
      }
      CompletableFuture<List<String>> call = model.submit(texts, randomRequest(random));
      outcomes.add(call.handle((results, failure) -> {
        if (failure == null) {
          assertThat(results).isEqualTo(texts);
          succeeded.incrementAndGet();
        } else if (!closes || !(failure instanceof ClosedException)) {
          assertThat(FAILURES).contains(failure.getClass());
        }
        return failure;
      }));
      if (random.nextInt(5) == 0) {
        Waits.until(() -> call.isDone() || model.executor.queuedItems(Lane.BULK) < 200);
        call.cancel(true);
      }
      if (random.nextInt(5) == 0) {
        outcomes.add(call.orTimeout(1 + random.nextInt(20), TimeUnit.MILLISECONDS)
            .handle((results, failure) -> failure));
      }
    }
    CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).join();
  }

  private static RequestOptions randomRequest(Random random) {
    RequestOptions request = random.nextBoolean() ? RequestOptions.query() : RequestOptions.bulk();
    if (random.nextInt(4) == 0) {
      request = request.withDeadline(Duration.ofMillis(random.nextInt(20)));
    }
    return switch (random.nextInt(3)) {
      case 0 -> request.refusedWhenFull();
      case 1 -> request.waitingForRoom(Duration.ofMillis(1));
      default -> request;
    };
  }
}
