package io.github.bge4j;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchExecutorBuilder;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.text.LettersTokenizer;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.testing.Waits;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model that is played, on an executor of its own; the result of a text is the text. At most 20
 * tokens, longer texts are refused.
 */
final class PlayedModel implements AutoCloseable {

  final LettersTokenizer tokenizer = new LettersTokenizer();
  final PlayedSession session = new PlayedSession();
  final BatchExecutor executor;
  final ModelRunner<String> runner;
  private final Semaphore permits = new Semaphore(0);

  PlayedModel(BatchExecutorBuilder settings) {
    executor = settings.build();
    runner = new ModelRunner<>(
        "played",
        tokenizer,
        session,
        options(20, Truncation.ERROR, 64, executor),
        (batch, output, index, item) -> {
          int[] ids = item.text().ids();
          return new String(ids, 1, ids.length - 2);
        });
  }

  /** Options of a model with one worker, of its own or of an executor. */
  static ModelOptions options(
      int maxTokens, Truncation truncation, int maxBatchTexts, @Nullable BatchExecutor executor) {
    return new ModelOptions(
        maxTokens,
        truncation,
        1,
        maxBatchTexts,
        executor,
        null,
        1,
        1,
        Precision.FP32,
        new DeviceChoice(List.of(Device.cpu()), "played"),
        0,
        Path.of("unused"));
  }

  /** With one worker, and room for so many texts a lane. */
  static PlayedModel withRoomFor(int texts) {
    return new PlayedModel(BatchExecutor.builder().workers(1).maxQueuedItems(texts));
  }

  /** Texts of many lengths, no two alike. */
  static List<String> texts(String prefix, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> prefix + "x".repeat(i % 7) + i)
        .toList();
  }

  CompletableFuture<List<String>> submit(List<String> texts, RequestOptions request) {
    return runner.submit(() -> callTexts(texts), Set.of(), request, results -> results);
  }

  List<String> call(List<String> texts, RequestOptions request) {
    return runner.call(callTexts(texts), Set.of(), request);
  }

  CallTexts callTexts(List<String> texts) {
    TextEncoder encoder = new TextEncoder(tokenizer, 20);
    return new CallTexts(
        texts.size(), i -> encoder.encode(texts.get(i)), (i, text) -> "text " + i + " is too long");
  }

  /** From now on each run waits for a permit. */
  void holdRuns() {
    session.onRun = permits::acquireUninterruptibly;
  }

  /** Lets all runs go on, those that will come as well. */
  void permitRuns() {
    permits.release(1_000_000);
  }

  void awaitQueued(Lane lane, int texts) {
    Waits.until(() -> executor.queuedItems(lane) == texts);
  }

  @Override
  public void close() {
    permitRuns();
    runner.close();
    executor.close();
  }
}
