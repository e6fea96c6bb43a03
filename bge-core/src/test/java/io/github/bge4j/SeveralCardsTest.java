package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchExecutorBuilder;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.runtime.MultiDeviceSession;
import io.github.bge4j.internal.text.LettersTokenizer;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.internal.text.Tokenizer;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Waits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real models on the CPU, open several times as if on several cards that pack. */
@Timeout(120)
class SeveralCardsTest {

  private static final RequestOptions BULK = RequestOptions.bulk();
  private static final int MAX_TOKENS = 200;

  /** Of many lengths; no two alike. */
  private static final List<String> TEXTS = IntStream.range(0, 150)
      .mapToObj(i -> "Zambia, Catalan and Tchad ".repeat(i % 11) + "text " + i)
      .toList();

  @TempDir
  private Path folder;

  private static BatchExecutorBuilder executor(int cards) {
    return BatchExecutor.builder()
        .workers(2 * cards)
        .devices(cards)
        .callersRun(false)
        .itemMakers(2);
  }

  /** A model on cards; closes them with it. */
  private static final class Cards<R> implements AutoCloseable {

    final List<PlayedCard> all = new ArrayList<>();
    final ModelRunner<R> runner;

    Cards(
        String name,
        Path model,
        int count,
        BatchExecutor executor,
        BiFunction<ModelFiles, Supplier<Tokenizer>, EncoderSession> opener,
        ModelRunner.Shaper<R> shaper) {
      ModelFiles files = ModelFiles.of(ModelSource.directory(model));
      runner = files.open(
          tokenizer -> {
            Map<Device, EncoderSession> sessions = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
              all.add(new PlayedCard(opener.apply(files, tokenizer)));
              sessions.put(Device.cuda(i), all.get(i));
            }
            return new MultiDeviceSession(sessions);
          },
          (tokenizer, session) ->
              new ModelRunner<>(name, tokenizer, session, options(executor), shaper));
    }

    void onRun(Consumer<PackedBatch> action) {
      all.forEach(card -> card.onRun = action);
    }

    @Override
    public void close() {
      runner.close();
    }
  }

  private static ModelOptions options(BatchExecutor executor) {
    return PlayedModel.options(MAX_TOKENS, Truncation.CUT, 256, executor);
  }

  private static Cards<Embedding> embedder(int count, BatchExecutor executor) {
    return new Cards<>(
        "embedder",
        GoldenFiles.path("m3"),
        count,
        executor,
        (files, tokenizer) -> files.openEncoder(options(executor), tokenizer),
        new EmbeddingShaper(true, true, Set.of()));
  }

  private Cards<Float> reranker(int count, BatchExecutor executor) throws IOException {
    return new Cards<>(
        "reranker",
        GoldenFiles.writeModel("reranker-label0", folder.resolve("reranker")),
        count,
        executor,
        (files, tokenizer) -> files.openCrossEncoder(options(executor), tokenizer),
        (batch, output, index, item) -> Objects.requireNonNull(output.logits())[index]);
  }

  private static CompletableFuture<List<Embedding>> embed(
      Cards<Embedding> cards, List<String> texts, RequestOptions request) {
    TextEncoder encoder = new TextEncoder(cards.runner.tokenizer(), MAX_TOKENS);
    return cards.runner.submit(
        () -> new CallTexts(
            texts.size(), i -> encoder.encode(texts.get(i)), (i, text) -> "never refused"),
        Set.of(Output.DENSE),
        request,
        all -> all);
  }

  private static CompletableFuture<List<Float>> score(Cards<Float> cards, List<TextPair> pairs) {
    PairEncoder encoder = new PairEncoder(cards.runner.tokenizer(), MAX_TOKENS, 150);
    return cards.runner.submit(
        () -> new CallTexts(
            pairs.size(), new PairTexts(pairs, encoder)::encode, (i, text) -> "never refused"),
        EncoderSession.LOGITS,
        RequestOptions.query(),
        all -> all);
  }

  private static List<float[]> expected() {
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .maxTokens(MAX_TOKENS)
        .build()) {
      return embedder.dense(TEXTS);
    }
  }

  private static void assertVectors(List<Embedding> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).dense()).as("text %d", i).isEqualTo(expected.get(i));
    }
  }

  @Test
  void manyCalls_severalCards_shareThemAndGiveWhatTheCpuGives() {
    List<float[]> expected = expected();
    try (BatchExecutor executor = executor(3).build();
        Cards<Embedding> cards = embedder(3, executor)) {
      List<CompletableFuture<?>> calls = new ArrayList<>();
      Random random = new Random(7);
      for (int call = 0; call < 30; call++) {
        int from = random.nextInt(TEXTS.size() - 1);
        int to = from + 1 + random.nextInt(TEXTS.size() - from);
        calls.add(embed(cards, TEXTS.subList(from, to), BULK)
            .thenAccept(all -> assertVectors(all, expected.subList(from, to))));
      }
      CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
      for (PlayedCard card : cards.all) {
        assertThat(card.tokens).hasSizeGreaterThan(2).allMatch(n -> n <= PlayedCard.MAX_RUN_TOKENS);
        assertThat(card.mostInFlight).hasValueLessThanOrEqualTo(2);
      }
      assertThat(allThreads(cards)).as("each thread runs on one card").hasSize(6);
      assertThat(cards.all).allSatisfy(card -> assertThat(card.threads).hasSize(2));
    }
  }

  private static Set<Thread> allThreads(Cards<?> cards) {
    Set<Thread> threads = new HashSet<>();
    cards.all.forEach(card -> threads.addAll(card.threads));
    return threads;
  }

  @Test
  void open_everyWorker_runsTheShortestTextAndAFullRunBeforeTheFirstCallOneAfterTheOther() {
    int full = PlayedCard.MAX_RUN_TOKENS / MAX_TOKENS * MAX_TOKENS;
    try (BatchExecutor executor = executor(2).build();
        Cards<Embedding> cards = embedder(2, executor)) {
      for (PlayedCard card : cards.all) {
        assertThat(card.tokens).containsExactly(2, full, 2, full);
        assertThat(card.threads).hasSize(2).doesNotContain(Thread.currentThread());
        assertThat(card.mostInFlight).hasValue(1);
      }
    }
  }

  @Test
  void oneCall_ofManyTexts_fillsTheCards() {
    try (BatchExecutor executor = executor(2).build();
        Cards<Embedding> cards = embedder(2, executor)) {
      List<String> texts = IntStream.range(0, 2_000).mapToObj(i -> "text " + i).toList();
      embed(cards, texts, BULK).join();
      List<Integer> tokens = new ArrayList<>();
      cards.all.forEach(card -> tokens.addAll(card.tokens));
      tokens.sort(null);
      // Without that, no run would have more than the 192 texts that a CPU looks at.
      assertThat(tokens.get(tokens.size() - 1)).isGreaterThan(PlayedCard.MAX_RUN_TOKENS * 9 / 10);
      assertThat(tokens.get(tokens.size() / 2)).isGreaterThan(PlayedCard.MAX_RUN_TOKENS / 2);
    }
  }

  @Test
  void oneCardLost_underLoad_losesAndDoublesNothing() {
    List<float[]> expected = expected();
    try (BatchExecutor executor = executor(3).build();
        Cards<Embedding> cards = embedder(3, executor)) {
      PlayedCard broken = cards.all.get(1);
      AtomicInteger runsOfBroken = new AtomicInteger();
      broken.onRun = batch -> {
        if (runsOfBroken.incrementAndGet() > 3) {
          throw PlayedCard.lost();
        }
      };
      AtomicInteger answers = new AtomicInteger();
      List<CompletableFuture<?>> calls = new ArrayList<>();
      for (int call = 0; call < 16; call++) {
        calls.add(embed(cards, TEXTS, BULK).thenAccept(all -> {
          answers.incrementAndGet();
          assertVectors(all, expected);
        }));
      }
      CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
      assertThat(answers).hasValue(16);
      // Two ran on it when it failed.
      assertThat(runsOfBroken.get()).isBetween(4, 5);
      assertThat(cards.all.get(0).mostInFlight).hasValueLessThanOrEqualTo(2);
      assertThat(cards.all.get(2).mostInFlight).hasValueLessThanOrEqualTo(2);
    }
  }

  @Test
  void allCardsLost_underLoad_everyCallGetsTheReason() {
    try (BatchExecutor executor = executor(2).build();
        Cards<Embedding> cards = embedder(2, executor)) {
      AtomicInteger runs = new AtomicInteger();
      cards.onRun(batch -> {
        if (runs.incrementAndGet() > 6) {
          throw PlayedCard.lost();
        }
      });
      List<CompletableFuture<List<Embedding>>> calls = new ArrayList<>();
      for (int call = 0; call < 16; call++) {
        calls.add(embed(cards, TEXTS, BULK));
      }
      int failed = 0;
      for (CompletableFuture<List<Embedding>> call : calls) {
        Throwable failure = call.handle((value, thrown) -> thrown).join();
        if (failure != null) {
          assertThat(failure)
              .isInstanceOf(DeviceException.class)
              .hasMessageContaining("cuda:0, cuda:1 failed for good");
          failed++;
        }
      }
      assertThat(failed).isGreaterThan(8);
      assertThat(embed(cards, TEXTS, BULK).handle((value, thrown) -> thrown).join())
          .isInstanceOf(DeviceException.class);
      // Two were on each card when it failed, and the two of the first tried the other one.
      assertThat(runs).hasValueLessThanOrEqualTo(6 + 4 + 2);
    }
  }

  @Test
  void close_underLoad_endsEveryCall() {
    BatchExecutor executor = executor(3).build();
    Cards<Embedding> cards = embedder(3, executor);
    List<CompletableFuture<List<Embedding>>> calls = new ArrayList<>();
    for (int call = 0; call < 16; call++) {
      calls.add(embed(cards, TEXTS, BULK));
    }
    Waits.until(() -> cards.all.stream().allMatch(card -> card.tokens.size() > 3));
    cards.close();
    executor.close();
    int closed = 0;
    for (CompletableFuture<List<Embedding>> call : calls) {
      Throwable failure = call.handle((value, thrown) -> thrown).join();
      if (failure == null) {
        assertThat(call.join()).hasSameSizeAs(TEXTS);
      } else {
        assertThat(failure).isInstanceOf(ClosedException.class);
        closed++;
      }
    }
    assertThat(closed).isPositive();
    assertThat(cards.all).allSatisfy(card -> assertThat(card.inFlight).hasValue(0));
  }

  @Test
  void embedderAndReranker_onOneCard_takeTurnsUnderOneBudget() throws IOException {
    List<TextPair> pairs =
        TEXTS.stream().map(text -> new TextPair("Tchad", text)).toList();
    List<Float> alone;
    try (BatchExecutor executor = executor(1).build();
        Cards<Float> reranker = reranker(1, executor)) {
      alone = score(reranker, pairs).join();
    }
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Semaphore permits = new Semaphore(0);
    Consumer<PackedBatch> counted = batch -> {
      most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      permits.acquireUninterruptibly();
      inFlight.decrementAndGet();
    };
    try (BatchExecutor executor = executor(1).build();
        Cards<Embedding> embedder = embedder(1, executor);
        Cards<Float> reranker = reranker(1, executor)) {
      embedder.onRun(counted);
      reranker.onRun(counted);
      CompletableFuture<List<Embedding>> bulk = embed(
          embedder, IntStream.range(0, 10).boxed().flatMap(i -> TEXTS.stream()).toList(), BULK);
      CompletableFuture<List<Float>> query = score(reranker, pairs);
      CompletableFuture<Boolean> bulkFirst = query.thenApply(scores -> bulk.isDone());
      Waits.until(() -> inFlight.get() == 2);
      permits.release(1_000_000);
      assertThat(query.join()).isEqualTo(alone);
      assertThat(bulk.join()).hasSize(10 * TEXTS.size());
      assertThat(bulkFirst.join()).isFalse();
      assertThat(most).as("both together").hasValue(2);
      assertThat(embedder.all.get(0).tokens).allMatch(n -> n <= PlayedCard.MAX_RUN_TOKENS);
      assertThat(reranker.all.get(0).tokens).allMatch(n -> n <= PlayedCard.MAX_RUN_TOKENS);
    }
  }

  @Test
  void outOfMemory_largeRuns_shrinkAndGrowAgain() {
    List<float[]> expected = expected();
    try (BatchExecutor executor = executor(1).build();
        Cards<Embedding> cards = embedder(1, executor)) {
      PlayedCard card = cards.all.get(0);
      AtomicInteger most = new AtomicInteger(300);
      AtomicInteger failed = new AtomicInteger();
      card.onRun = batch -> {
        if (batch.tokenIds().length > most.get()) {
          failed.incrementAndGet();
          throw PlayedCard.failure("Available memory of 5 is smaller than requested bytes of 7");
        }
      };
      for (int call = 0; call < 5; call++) {
        assertVectors(embed(cards, TEXTS, BULK).join(), expected);
      }
      int runs = card.tokens.size();
      assertThat(failed.get()).isPositive();
      assertThat(failed.get()).as("of %d runs", runs).isLessThan(runs / 4);
      most.set(Integer.MAX_VALUE);
      for (int call = 0; call < 12; call++) {
        embed(cards, TEXTS, BULK).join();
      }
      List<Integer> last = card.tokens.subList(card.tokens.size() - 10, card.tokens.size());
      assertThat(last).anyMatch(tokens -> tokens > 600);
    }
  }

  @Test
  void outOfMemory_oneTextAlone_failsWithItsLengthAndTheRemedy() {
    try (BatchExecutor executor = executor(1).build();
        Cards<Embedding> cards = embedder(1, executor)) {
      cards.onRun(batch -> {
        if (batch.tokenIds().length > 50) {
          throw PlayedCard.failure("CUDA failure 2: out of memory ; GPU=0");
        }
      });
      int before = cards.all.get(0).tokens.size();
      String longText = "a b c d e f ".repeat(40);
      assertThat(embed(cards, List.of(longText), BULK)
              .handle((value, thrown) -> thrown)
              .join())
          .isInstanceOf(InferenceException.class)
          .hasMessageStartingWith("a text must fit into the free memory of its device: one of "
              + MAX_TOKENS + " tokens does not, even alone; lower maxTokens,");
      assertThat(cards.all.get(0).tokens)
          .as("tried once more, with the card for itself")
          .hasSize(before + 2);
      assertThat(embed(cards, List.of("short"), BULK).join()).hasSize(1);
    }
  }

  @Test
  void open_executorThatDoesNotFit_isRefused() {
    try (BatchExecutor callers = BatchExecutor.builder().workers(2).build();
        BatchExecutor oneDevice = executor(1).build()) {
      assertThatExceptionOfType(InvalidOptionException.class)
          .isThrownBy(() -> embedder(1, callers))
          .withMessage(
              "an executor must run the embedder in its workers alone, as each thread takes"
                  + " memory of the device for good; build it with callersRun(false)");
      assertThatExceptionOfType(InvalidOptionException.class)
          .isThrownBy(() -> embedder(2, oneDevice))
          .withMessage("an executor must have as many devices as the embedder, 2: 1; build it with"
              + " devices(2)");
    }
  }

  @Test
  void open_longestTextDoesNotFit_isRefused() {
    PlayedSession session = new PlayedSession();
    session.maxRunTokens = 19;
    try (BatchExecutor executor = executor(1).build()) {
      assertThatExceptionOfType(DeviceException.class)
          .isThrownBy(() -> new ModelRunner<>(
              "played",
              new LettersTokenizer(),
              session,
              PlayedModel.options(20, Truncation.CUT, 64, executor),
              (batch, output, index, item) -> index))
          .withMessage("max tokens must be at most what fits into the memory of the device, 19: 20;"
              + " lower it, or free memory by closing what else uses the device");
    }
  }

  @Test
  void open_aFullRunDoesNotFit_makesRunsHalfAsLargeUntilOneDoes() {
    PlayedSession session = new PlayedSession();
    session.maxRunTokens = 400;
    List<Integer> tokens = new CopyOnWriteArrayList<>();
    session.onBatch = batch -> {
      tokens.add(batch.tokenIds().length);
      if (batch.tokenIds().length > 150) {
        throw PlayedCard.failure("Failed to allocate memory for requested buffer of size 9");
      }
    };
    try (ModelRunner<Integer> runner = new ModelRunner<>(
        "played",
        new LettersTokenizer(),
        session,
        PlayedModel.options(20, Truncation.CUT, 64, null),
        (batch, output, index, item) -> batch.length(index))) {
      assertThat(runner.maxTokens()).isEqualTo(20);
      assertThat(tokens).containsExactly(2, 400, 200, 100);
    }
  }

  @Test
  void open_warmUpFails_closesItsOwnExecutorAndSaysWhy() {
    PlayedSession session = new PlayedSession();
    session.maxRunTokens = 100;
    InferenceException reason = PlayedCard.failure("CUDA failure 2: out of memory");
    session.onRun = () -> {
      throw reason;
    };
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> new ModelRunner<>(
            "warmed",
            new LettersTokenizer(),
            session,
            PlayedModel.options(20, Truncation.CUT, 64, null),
            (batch, output, index, item) -> index))
        .withMessageStartingWith(
            "the warmed must fit into the free memory of cpu with room for a run:")
        .havingCause()
        .isSameAs(reason);
    assertThat(session.runs).hasValue(1);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("bge-warmed-") && thread.isAlive());
  }
}
