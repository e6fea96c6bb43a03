package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.DeadlineExceededException;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.QueueFullException;
import io.github.bge4j.batching.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What large asynchronous calls do when more comes than the model, whose runs are held, can do. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AsyncOverloadTest {

  private static final RequestOptions REJECT = RequestOptions.query();

  @Test
  void submit_queueFull_refusesAtOnceWithoutAThread() {
    try (PlayedModel model = PlayedModel.withRoomFor(128)) {
      model.holdRuns();
      List<CompletableFuture<List<String>>> accepted = List.of(
          model.submit(PlayedModel.texts("a", 64), REJECT),
          model.submit(PlayedModel.texts("b", 64), REJECT));
      for (int count = 65; count < 1000; count += 85) {
        assertRefused(model.submit(PlayedModel.texts("c", count), REJECT));
      }
      assertThat(model.tokenizer.encoded()).hasSize(2 * 64 + 11 * 64);
      assertThat(model.callThreads()).isEmpty();
      model.permitRuns();
      assertThat(accepted).allSatisfy(call -> assertThat(call.join()).hasSize(64));
    }
  }

  @Test
  void submit_manyLargeCalls_fillTheQueueAndHoldNoThread() {
    List<String> texts = PlayedModel.texts("", 1000);
    try (PlayedModel model = PlayedModel.withRoomFor(10 * 3 * 64)) {
      model.holdRuns();
      List<CompletableFuture<List<String>>> accepted = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        accepted.add(model.submit(texts, Requests.QUERY));
      }
      // Three parts of each, though the only worker is held.
      model.awaitQueued(Lane.QUERY, 10 * 3 * 64);
      model.awaitIdleThreads();
      assertThat(model.callThreads()).hasSize(1);
      for (int i = 0; i < 100; i++) {
        assertRefused(model.submit(texts, REJECT));
      }
      assertThat(model.tokenizer.encoded()).hasSize(10 * 3 * 64 + 100 * 64);
      model.permitRuns();
      assertThat(accepted).allSatisfy(call -> assertThat(call.join()).isEqualTo(texts));
    }
  }

  @Test
  void submit_partOfAnotherCallWaitsForRoom_refusedThoughItWouldFit() {
    List<String> texts = PlayedModel.texts("", 300);
    try (PlayedModel model = PlayedModel.withRoomFor(160)) {
      model.holdRuns();
      CompletableFuture<List<String>> first = model.submit(texts, REJECT);
      model.awaitThreadAtTheEntrance();
      assertThat(model.executor.queuedItems(Lane.QUERY)).isEqualTo(128);
      assertRefused(model.submit(List.of("a"), REJECT));
      assertRefused(model.submit(PlayedModel.texts("b", 65), REJECT));
      model.permitRuns();
      assertThat(first.join()).isEqualTo(texts);
      assertThat(model.submit(List.of("a"), REJECT).join()).containsExactly("a");
    }
  }

  @Test
  void submit_partOfAnotherLaneWaitsForRoom_goesOn() {
    try (PlayedModel model = PlayedModel.withRoomFor(160)) {
      model.holdRuns();
      CompletableFuture<List<String>> bulk =
          model.submit(PlayedModel.texts("b", 200), Requests.BULK);
      model.awaitThreadAtTheEntrance();
      CompletableFuture<List<String>> query =
          model.submit(PlayedModel.texts("q", 128), Requests.QUERY);
      model.awaitQueued(Lane.QUERY, 128);
      assertThat(bulk).isNotDone();
      model.permitRuns();
      assertThat(query.join()).hasSize(128);
      assertThat(bulk.join()).hasSize(200);
    }
  }

  @Test
  void submit_deadlinePassesBeforeAThreadIsFree_fails() {
    AtomicLong now = new AtomicLong();
    CountDownLatch tokenizing = new CountDownLatch(1);
    try (PlayedModel model = new PlayedModel(BatchExecutor.builder().workers(1).ticker(now::get))) {
      model.holdRuns();
      List<String> texts = PlayedModel.texts("a", 129);
      model.tokenizer.onEncode(text -> {
        if (text.equals(texts.get(64))) {
          awaitQuietly(tokenizing);
        }
      });
      // Holds the worker, and the only thread for later parts.
      CompletableFuture<List<String>> first = model.submit(texts, Requests.QUERY);
      PlayedModel.until(() -> model.session.runs.get() == 1);
      CompletableFuture<List<String>> late = model.submit(
          PlayedModel.texts("b", 1000), Requests.QUERY.withDeadline(Duration.ofMillis(10)));
      now.addAndGet(Duration.ofMillis(11).toNanos());
      assertThat(late).isNotDone();
      model.permitRuns();
      assertThat(late.handle((results, failure) -> failure).join())
          .isInstanceOf(DeadlineExceededException.class);
      assertThat(model.tokenizer.encoded()).hasSize(2 * 64);
      tokenizing.countDown();
      assertThat(first.join()).isEqualTo(texts);
      assertThat(model.tokenizer.encoded()).hasSize(64 + 129);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** At once: what is refused later is not done yet. */
  private static void assertRefused(CompletableFuture<List<String>> call) {
    assertThat(call).isCompletedExceptionally();
    assertThat(call.handle((results, failure) -> failure).join())
        .isInstanceOf(QueueFullException.class);
  }
}
