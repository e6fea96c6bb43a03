package io.github.bge4j.batching;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** A batch function that checks its batch, and then fails, stalls or answers. */
final class ChaosFunction implements BatchFunction<ChaosItem, Long> {

  private static final class DeviceFull extends Exception {

    private static final long serialVersionUID = 1L;
  }

  private final BatchLimits limits;
  private final Random random;
  private volatile boolean freed;

  ChaosFunction(BatchLimits limits, long seed) {
    this.limits = limits;
    this.random = new Random(seed);
  }

  @Override
  @SuppressWarnings("try") // held open, not used
  public List<Long> run(List<ChaosItem> items, BatchContext context) throws Exception {
    check(items);
    AtomicBoolean ended = new AtomicBoolean();
    try (BatchContext.Registration registration =
        context.onAbandoned(() -> mustNotBe(ended.get(), "stopped after the end"))) {
      int dice = random.nextInt(1_000);
      if (dice < 20) {
        spin(dice * 20_000L, context);
      } else if (dice == 20) {
        throw new AssertionError("a broken worker");
      } else if (dice < 30) {
        throw new IllegalStateException("a bad moment");
      } else if (dice < 40 && items.size() > 1) {
        throw new DeviceFull();
      } else if (dice == 40) {
        Thread.currentThread().interrupt();
      } else if (dice == 41) {
        return List.of();
      }
      if (items.stream().anyMatch(ChaosItem::poison)) {
        throw new IllegalArgumentException("poison");
      }
      return items.stream().map(ChaosItem::id).toList();
    } finally {
      check(items);
      ended.set(true);
    }
  }

  @Override
  public boolean isOutOfMemory(Throwable failure) {
    return failure instanceof DeviceFull;
  }

  /** It was closed, and must not run any more. */
  void free() {
    freed = true;
  }

  private void check(List<ChaosItem> items) {
    mustNotBe(freed, "run after close()");
    int longest = items.stream().mapToInt(ChaosItem::tokens).max().orElseThrow();
    int shortest = items.stream().mapToInt(ChaosItem::tokens).min().orElseThrow();
    long sum = items.stream().mapToLong(ChaosItem::tokens).sum();
    long cost = limits.maxPadding() == 1 ? sum : (long) longest * items.size();
    mustNotBe(items.size() > limits.maxItems(), "too many items");
    mustNotBe(items.size() > 1 && cost > limits.maxCost(), "too much cost");
    mustNotBe(
        items.size() > 1
            && limits.maxPadding() == 1
            && (long) longest * items.size() > BatchLimits.MOST_SPREAD * limits.maxCost(),
        "too much spread");
    mustNotBe(shortest < (1 - limits.maxPadding()) * longest, "too much padding");
  }

  /** Fails in a way that no other failure of this function looks like. */
  private static void mustNotBe(boolean broken, String what) {
    if (broken) {
      ChaosCaller.VIOLATIONS.add(what);
    }
  }

  private static void spin(long nanos, BatchContext context) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end && !context.isAbandoned()) {
      Thread.onSpinWait();
    }
  }
}
