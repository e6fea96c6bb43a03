package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A thread that calls in every way there is, and remembers what it has to get. */
final class ChaosCaller {

  /** What must never happen inside a batch function. */
  static final Queue<String> VIOLATIONS = new ConcurrentLinkedQueue<>();

  private record Call(List<ChaosItem> items, CompletableFuture<List<Long>> answer) {}

  private final List<BatchQueue<ChaosItem, Long>> queues;
  private final Random random;
  private final Semaphore progress;
  private final boolean madeInOrder;
  private final List<Call> calls = new ArrayList<>();
  private long nextId;

  ChaosCaller(
      List<BatchQueue<ChaosItem, Long>> queues,
      Random random,
      long firstId,
      Semaphore progress,
      boolean madeInOrder) {
    this.queues = queues;
    this.random = random;
    this.nextId = firstId;
    this.progress = progress;
    this.madeInOrder = madeInOrder;
  }

  void call(int times) {
    for (int i = 0; i < times; i++) {
      List<ChaosItem> items = items();
      calls.add(new Call(items, random.nextInt(4) == 0 ? invoke(items) : submit(items)));
      if (random.nextInt(20) == 0) {
        calls.get(random.nextInt(calls.size())).answer().cancel(true);
      }
      progress.release();
    }
  }

  private List<ChaosItem> items() {
    int size = random.nextInt(3) == 0 ? 1 + random.nextInt(60) : 1;
    if (random.nextInt(40) == 0) {
      size = 60 + random.nextInt(400);
    }
    List<ChaosItem> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(new ChaosItem(nextId++, 1 + random.nextInt(100), random.nextInt(500) == 0));
    }
    return items;
  }

  /** Gives the items once each, in order or not; now and then it cannot. */
  private IntFunction<ChaosItem> maker(List<ChaosItem> items) {
    int fails = random.nextInt(10) == 0 ? random.nextInt(items.size()) : -1;
    AtomicInteger next = new AtomicInteger();
    Set<Integer> made = ConcurrentHashMap.newKeySet();
    return i -> {
      if (!next.compareAndSet(i, i + 1) && madeInOrder) {
        VIOLATIONS.add("item " + i + " made after " + next);
      }
      if (!made.add(i)) {
        VIOLATIONS.add("item " + i + " made twice");
      }
      if (i == fails) {
        throw new UnsupportedOperationException("no such item");
      }
      return items.get(i);
    };
  }

  private RequestOptions options() {
    RequestOptions options = random.nextBoolean() ? RequestOptions.query() : RequestOptions.bulk();
    if (random.nextInt(4) == 0) {
      options = options.withDeadline(Duration.ofNanos(random.nextInt(3_000_000)));
    }
    return switch (random.nextInt(4)) {
      case 0 -> options;
      case 1 -> options.refusedWhenFull();
      default -> options.waitingForRoom(Duration.ofNanos(random.nextInt(5_000_000)));
    };
  }

  private BatchQueue<ChaosItem, Long> queue() {
    return queues.get(random.nextInt(queues.size()));
  }

  private CompletableFuture<List<Long>> submit(List<ChaosItem> items) {
    CompletableFuture<List<Long>> future;
    if (items.size() == 1 && random.nextBoolean()) {
      CompletableFuture<Long> single = queue().submit(items.get(0), options());
      if (random.nextInt(10) == 0) {
        single.cancel(false);
      }
      future = single.thenApply(List::of);
    } else {
      future = random.nextBoolean()
          ? queue().submitAll(items, options())
          : queue().submitAll(items.size(), maker(items), options(), all -> all);
    }
    return random.nextInt(50) == 0
        ? future.orTimeout(random.nextInt(500), TimeUnit.MICROSECONDS)
        : future;
  }

  private CompletableFuture<List<Long>> invoke(List<ChaosItem> items) {
    if (random.nextInt(50) == 0) {
      Thread.currentThread().interrupt();
    }
    try {
      return CompletableFuture.completedFuture(
          random.nextBoolean()
              ? queue().invokeAll(items, options())
              : queue().invokeAll(items.size(), maker(items), options()));
    } catch (InterruptedException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      Thread.interrupted();
    }
  }

  /** Checks that every call has got its own answer, once; returns the number of items. */
  long checkAnswers() throws Exception {
    long items = 0;
    for (Call call : calls) {
      items += call.items().size();
      Throwable failure = call.answer().handle((value, thrown) -> thrown).get(60, TimeUnit.SECONDS);
      if (failure == null) {
        assertThat(call.answer().join())
            .isEqualTo(call.items().stream().map(ChaosItem::id).toList());
        assertThat(call.items()).noneMatch(ChaosItem::poison);
      } else {
        assertThat(failure instanceof CompletionException ? failure.getCause() : failure)
            .isInstanceOfAny(
                BatchFailedException.class,
                OverloadedException.class,
                DeadlineExceededException.class,
                ExecutorClosedException.class,
                CancellationException.class,
                UnsupportedOperationException.class,
                TimeoutException.class,
                InterruptedException.class);
      }
    }
    assertThat(VIOLATIONS).isEmpty();
    return items;
  }
}
