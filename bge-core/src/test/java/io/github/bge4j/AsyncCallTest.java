package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How large asynchronous calls end: with results, with failures, or given up. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AsyncCallTest {

  private static Throwable failureOf(CompletableFuture<?> call) {
    return call.handle((value, failure) -> failure).join();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 65, 128, 129, 192, 200, 256, 1000})
  void submit_anySize_givesResultsInOrder(int count) {
    List<String> texts = PlayedModel.texts("", count);
    try (PlayedModel model = new PlayedModel(BatchExecutor.builder().workers(2))) {
      assertThat(model.submit(texts, RequestOptions.bulk()).join())
          .isEqualTo(texts)
          .isEqualTo(model.call(texts, RequestOptions.bulk()))
          .isUnmodifiable();
      assertThat(model.tokenizer.encoded()).hasSize(2 * count);
      model.awaitQueued(Lane.BULK, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 129, 200, 1000})
  void embedAsync_manyTexts_givesTheVectorsOfEmbed(int count) {
    List<String> texts = PlayedModel.texts("Zambia ", count);
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .workers(2)
        .build()) {
      List<Embedding> expected = embedder.embed(texts);
      List<Embedding> embeddings = embedder.embedAsync(texts, InputType.PASSAGE).join();
      assertThat(embeddings).hasSize(count);
      for (int i = 0; i < count; i++) {
        assertThat(embeddings.get(i).dense()).isEqualTo(expected.get(i).dense());
      }
    }
  }

  @Test
  void submit_textTooLongInALaterPart_failsWithItsNumber() {
    List<String> texts = new ArrayList<>(PlayedModel.texts("", 1000));
    texts.set(200, "x".repeat(30));
    try (PlayedModel model = PlayedModel.withRoomFor(2048)) {
      assertThat(failureOf(model.submit(texts, RequestOptions.query())))
          .isInstanceOfSatisfying(
              InvalidTextException.class, e -> assertThat(e.textIndex()).isEqualTo(200))
          .hasMessage("text 200 is too long; shorten it or set Truncation.CUT");
      assertNothingFollows(model, 201);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 200})
  void submit_errorWhileTokenizing_failsTheFuture(int number) {
    List<String> texts = PlayedModel.texts("", 300);
    try (PlayedModel model = PlayedModel.withRoomFor(2048)) {
      model.tokenizer.onEncode(text -> {
        if (text.equals(texts.get(number))) {
          throw new LinkageError("played");
        }
      });
      assertThat(failureOf(model.submit(texts, RequestOptions.query())))
          .isInstanceOf(InferenceException.class)
          .hasMessageEndingWith("failed: java.lang.LinkageError: played")
          .hasCauseInstanceOf(LinkageError.class);
    }
  }

  /** Wherever it happens, and whoever finds out, it is told in the caller's thread and words. */
  @ParameterizedTest
  @ValueSource(ints = {3, 200})
  void call_failureWhileTokenizing_isTheModelsAndShowsTheCaller(int number) {
    List<String> texts = PlayedModel.texts("", 300);
    try (PlayedModel model = PlayedModel.withRoomFor(2048)) {
      model.tokenizer.onEncode(text -> {
        if (text.equals(texts.get(number))) {
          throw new IllegalStateException("played");
        }
      });
      InferenceException failure = catchThrowableOfType(
          InferenceException.class, () -> model.call(texts, RequestOptions.query()));
      assertThat(failure)
          .hasMessageEndingWith("failed: java.lang.IllegalStateException: played")
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(failure.getStackTrace())
          .anyMatch(frame -> frame.getClassName().equals(AsyncCallTest.class.getName()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200})
  void submit_errorWhileShaping_failsTheFuture(int count) {
    List<String> texts = PlayedModel.texts("", count);
    try (PlayedModel model = PlayedModel.withRoomFor(2048)) {
      CompletableFuture<String> call = model.runner.submit(
          () -> model.callTexts(texts), Set.of(), RequestOptions.query(), results -> {
            throw new OutOfMemoryError("played");
          });
      assertThat(failureOf(call)).hasCauseInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void submit_modelFailsInTheMiddle_failsAndSubmitsNothingMore() {
    List<String> texts = PlayedModel.texts("", 1000);
    List<String> broken = new ArrayList<>(texts);
    broken.set(70, "x".repeat(15));
    try (PlayedModel model = PlayedModel.withRoomFor(2048)) {
      model.session.onBatch = batch -> {
        if (batch.length(0) == 17) {
          throw new InferenceException("broken", new IllegalStateException());
        }
      };
      assertThat(failureOf(model.submit(broken, RequestOptions.query())))
          .isInstanceOf(InferenceException.class)
          .hasMessage("broken");
      model.awaitQueued(Lane.QUERY, 0);
      // The first texts, and those that are made ahead.
      assertThat(model.tokenizer.encoded()).hasSizeBetween(2 * 64, 5 * 64);
      assertThat(model.submit(texts, RequestOptions.query()).join()).isEqualTo(texts);
    }
  }

  @Test
  void cancel_inTheMiddle_freesTheQueue() {
    try (PlayedModel model = PlayedModel.withRoomFor(160)) {
      model.holdRuns();
      CompletableFuture<List<String>> call =
          model.submit(PlayedModel.texts("", 1000), RequestOptions.query());
      Waits.until(() -> model.session.runs.get() == 1);
      assertThat(call.cancel(true)).isTrue();
      model.permitRuns();
      assertNothingFollows(model, 3 * 64);
      assertThat(model.session.runs).hasValueLessThan(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void completedFromOutside_keepsWhatItWasCompletedWith(int count) {
    try (PlayedModel model = PlayedModel.withRoomFor(160)) {
      model.holdRuns();
      List<String> texts = PlayedModel.texts("", count);
      CompletableFuture<List<String>> late = model.submit(texts, RequestOptions.query());
      assertThat(late.completeExceptionally(new TimeoutException())).isTrue();
      assertThat(failureOf(late)).isInstanceOf(TimeoutException.class);
      CompletableFuture<List<String>> replaced = model.submit(texts, RequestOptions.query());
      assertThat(replaced.complete(List.of())).isTrue();
      assertThat(replaced.join()).isEmpty();
      model.permitRuns();
      model.awaitQueued(Lane.QUERY, 0);
      assertThat(model.session.runs).hasValueLessThan(3);
    }
  }

  /** The only worker finds the failure, which it must not wait for. */
  @Test
  void dependentOfAFailure_waitsForAnotherLargeCall() {
    List<String> texts = PlayedModel.texts("", 300);
    List<String> bad = new ArrayList<>(texts);
    bad.set(250, "x".repeat(30));
    try (PlayedModel model = PlayedModel.withRoomFor(2048)) {
      CompletableFuture<List<String>> call = model
          .submit(bad, RequestOptions.query())
          .exceptionally(failure -> model.submit(texts, RequestOptions.query()).join());
      assertThat(call.join()).isEqualTo(texts);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {160, 2048})
  void close_inTheMiddle_failsEveryCall(int room) {
    PlayedModel model = PlayedModel.withRoomFor(room);
    model.holdRuns();
    List<CompletableFuture<List<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      calls.add(model.submit(PlayedModel.texts("", 1000), RequestOptions.query()));
    }
    model.awaitQueued(Lane.QUERY, Math.min(room, 2_000));
    CompletableFuture<Void> closing = CompletableFuture.runAsync(model.runner::close);
    assertThat(calls)
        .allSatisfy(call -> assertThat(failureOf(call)).isInstanceOf(ClosedException.class));
    model.permitRuns();
    closing.join();
    assertThat(failureOf(model.submit(PlayedModel.texts("", 1000), RequestOptions.query())))
        .isInstanceOf(ClosedException.class);
    assertThatExceptionOfType(ClosedException.class)
        .isThrownBy(() -> model.call(PlayedModel.texts("", 1000), RequestOptions.query()));
    model.close();
  }

  private static void assertNothingFollows(PlayedModel model, int tokenized) {
    model.awaitQueued(Lane.QUERY, 0);
    assertThat(model.tokenizer.encoded()).hasSize(tokenized);
  }
}
