package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A batch knows whether there was anything else to do when it began. */
@Timeout(60)
class AloneTest {

  private static final BatchLimits LIMITS = BatchLimits.packed(2, 100);
  private static final RequestOptions QUERY = RequestOptions.query();

  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  private List<Integer> note(List<Integer> items, BatchContext context) {
    seen.add(items + (context.isAlone() ? " alone" : ""));
    return items;
  }

  @Test
  void isAlone_oneBatchAfterTheOther_isTrueInTheCallerAndInAWorker() throws Exception {
    try (BatchExecutor executor = BatchExecutor.builder().workers(2).build()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, this::note);
      queue.invokeAll(List.of(1, 2), QUERY);
      queue.invoke(3, QUERY);
    }
    try (BatchExecutor executor = BatchExecutor.builder().workers(2).build()) {
      executor.register("q", LIMITS, item -> 1, this::note).submit(4, QUERY).get();
    }
    assertThat(seen).containsExactly("[1, 2] alone", "[3] alone", "[4] alone");
  }

  @Test
  void isAlone_whileAnotherRuns_isFalse() throws Exception {
    Gated busy = new Gated();
    try (BatchExecutor executor = BatchExecutor.builder().workers(2).build()) {
      BatchQueue<Integer, Integer> other = executor.register("other", LIMITS, item -> 1, busy);
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, this::note);
      CompletableFuture<Integer> running = other.submit(0, QUERY);
      Waits.on(busy.started);
      queue.invoke(1, QUERY);
      queue.submit(2, QUERY).get();
      busy.open();
      running.get();
    }
    assertThat(seen).containsExactly("[1]", "[2]");
  }

  @Test
  void isAlone_whileOthersWait_isTrueForTheLastOnly() throws Exception {
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, this::note);
      queue.submitAll(List.of(1, 2, 3, 4, 5), QUERY).get();
    }
    assertThat(seen).containsExactly("[1, 2]", "[3, 4]", "[5] alone");
  }

  @Test
  void isAlone_ofTheHalvesOfAFailedBatch_isFalse() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      BatchQueue<Integer, Integer> queue =
          executor.register("q", LIMITS, item -> 1, (items, context) -> {
            note(items, context);
            if (failed.getCount() > 0) {
              failed.countDown();
              throw new IllegalStateException("the first run fails");
            }
            return items;
          });
      queue.invokeAll(List.of(1, 2), QUERY);
    }
    assertThat(seen).containsExactly("[1, 2] alone", "[1]", "[2]");
  }

  @Test
  void isAlone_ofALargeCallThatIsMadeAsItsTurnComes_isTrueForTheLastAtMost() throws Exception {
    try (BatchExecutor executor = BatchExecutor.builder().workers(2).build()) {
      BatchQueue<Integer, Integer> queue = executor.register("q", LIMITS, item -> 1, this::note);
      queue.invokeAll(1_000, i -> i, RequestOptions.bulk());
    }
    assertThat(seen.stream().filter(batch -> batch.endsWith("alone")))
        .isSubsetOf("[998, 999] alone");
  }
}
