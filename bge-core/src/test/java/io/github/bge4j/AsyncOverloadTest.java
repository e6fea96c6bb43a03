package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.testing.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What large asynchronous calls do when more comes than the model, whose runs are held, can do. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AsyncOverloadTest {

  private static final RequestOptions REJECT = RequestOptions.query().refusedWhenFull();

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
      model.permitRuns();
      assertThat(accepted).allSatisfy(call -> assertThat(call.join()).hasSize(64));
    }
  }

  @Test
  void submit_manyLargeCalls_areBoundedAndMakeFewTextsAhead() {
    List<String> texts = PlayedModel.texts("", 1000);
    try (PlayedModel model = PlayedModel.withRoomFor(10 * 3 * 64)) {
      model.holdRuns();
      List<CompletableFuture<List<String>>> accepted = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        accepted.add(model.submit(texts, RequestOptions.query()));
      }
      // Each counts for half of the queue.
      model.awaitQueued(Lane.QUERY, 10 * 3 * 64);
      Waits.until(() -> model.session.runs.get() == 1);
      for (int i = 0; i < 100; i++) {
        assertRefused(model.submit(texts, REJECT));
      }
      // Of the call whose turn it is some ahead, of all others the first.
      assertThat(model.tokenizer.encoded()).hasSize(3 * 64 + 64 + 100 * 64);
      model.permitRuns();
      assertThat(accepted).allSatisfy(call -> assertThat(call.join()).isEqualTo(texts));
    }
  }

  @Test
  void submit_besideALargeCall_findsRoom() {
    List<String> texts = PlayedModel.texts("", 300);
    try (PlayedModel model = PlayedModel.withRoomFor(160)) {
      model.holdRuns();
      CompletableFuture<List<String>> first = model.submit(texts, REJECT);
      model.awaitQueued(Lane.QUERY, 80);
      CompletableFuture<List<String>> second = model.submit(PlayedModel.texts("b", 65), REJECT);
      CompletableFuture<List<String>> third = model.submit(List.of("a"), REJECT);
      assertRefused(model.submit(PlayedModel.texts("c", 15), REJECT));
      model.permitRuns();
      assertThat(first.join()).isEqualTo(texts);
      assertThat(second.join()).hasSize(65);
      assertThat(third.join()).containsExactly("a");
    }
  }

  @Test
  void submit_otherLaneIsBusy_goesOn() {
    try (PlayedModel model = PlayedModel.withRoomFor(160)) {
      model.holdRuns();
      CompletableFuture<List<String>> bulk =
          model.submit(PlayedModel.texts("b", 200), RequestOptions.bulk());
      Waits.until(() -> model.session.runs.get() == 1);
      CompletableFuture<List<String>> query =
          model.submit(PlayedModel.texts("q", 128), RequestOptions.query());
      model.awaitQueued(Lane.QUERY, 80);
      assertThat(bulk).isNotDone();
      model.permitRuns();
      assertThat(query.join()).hasSize(128);
      assertThat(bulk.join()).hasSize(200);
    }
  }

  @Test
  void submit_deadlinePassesBeforeItsTurn_failsAndMakesFewTexts() {
    AtomicLong now = new AtomicLong();
    try (PlayedModel model = new PlayedModel(BatchExecutor.builder().workers(1).ticker(now::get))) {
      model.holdRuns();
      CompletableFuture<List<String>> first =
          model.submit(PlayedModel.texts("a", 129), RequestOptions.query());
      Waits.until(() -> model.session.runs.get() == 1);
      CompletableFuture<List<String>> late = model.submit(
          PlayedModel.texts("b", 1000), RequestOptions.query().withDeadline(Duration.ofMillis(10)));
      now.addAndGet(Duration.ofMillis(11).toNanos());
      assertThat(late).isNotDone();
      model.permitRuns();
      assertThat(late.handle((results, failure) -> failure).join())
          .isInstanceOf(DeadlineException.class);
      assertThat(first.join()).hasSize(129);
      assertThat(model.tokenizer.encoded()).hasSizeBetween(129 + 64, 129 + 3 * 64);
    }
  }

  /** At once: what is refused later is not done yet. */
  private static void assertRefused(CompletableFuture<List<String>> call) {
    assertThat(call).isCompletedExceptionally();
    assertThat(call.handle((results, failure) -> failure).join()).isInstanceOf(BusyException.class);
  }
}
