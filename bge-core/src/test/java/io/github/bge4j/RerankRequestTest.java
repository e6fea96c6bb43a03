package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.text.LettersTokenizer;
import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a request does to tokenizer and model, which are played here. */
@Timeout(60)
class RerankRequestTest {

  private final LettersTokenizer tokenizer = new LettersTokenizer();
  private final PlayedSession session = new PlayedSession();

  private BgeReranker reranker(int maxTokens, int maxQueryTokens, Truncation truncation) {
    return reranker(PlayedModel.options(maxTokens, truncation, 64, null), maxQueryTokens);
  }

  private BgeReranker reranker(ModelOptions options, int maxQueryTokens) {
    ModelRunner.Shaper<PairScore> shaper = (batch, output, index, item) -> new PairScore(
        Objects.requireNonNull(output.logits())[index],
        item.text().ids().length,
        item.text().truncated());
    return new BgeReranker(
        new ModelRunner<>("reranker", tokenizer, session, options, shaper),
        options.device(),
        new PairEncoder(tokenizer, options.maxTokens(), maxQueryTokens));
  }

  private BgeReranker reranker() {
    return reranker(64, 48, Truncation.CUT);
  }

  @Test
  void rerank_thousandsOfPassages_tokenizesTheQueryOnceAndThePassagesPartByPart() {
    List<String> passages = IntStream.range(0, 3_000).mapToObj(i -> "p" + i).toList();
    AtomicInteger scored = new AtomicInteger();
    AtomicInteger mostAhead = new AtomicInteger();
    session.onBatch = batch -> {
      mostAhead.accumulateAndGet(tokenizer.encoded().size() - scored.get(), Math::max);
      scored.addAndGet(batch.texts());
    };
    try (BgeReranker reranker = reranker()) {
      assertThat(reranker.rerank("query", passages)).hasSize(3_000);
    }
    assertThat(Collections.frequency(tokenizer.encoded(), "query")).isEqualTo(1);
    assertThat(tokenizer.encoded()).hasSize(3_001);
    // Three parts of 64 wait or run while the next is tokenized.
    assertThat(mostAhead.get()).isBetween(64, 4 * 64 + 1);
  }

  @Test
  void scores_aQueryWithManyPassagesAfterAnother_tokenizesEachOnce() {
    List<TextPair> pairs = IntStream.range(0, 100)
        .mapToObj(i -> new TextPair("q" + i / 34, "passage"))
        .toList();
    try (BgeReranker reranker = reranker()) {
      reranker.scores(pairs);
    }
    assertThat(tokenizer.encoded()).hasSize(103).contains("q0", "q1", "q2");
  }

  @Test
  void largeCallOfOne_letsAnotherTextInBetween() {
    List<String> order = new CopyOnWriteArrayList<>();
    AtomicReference<CompletableFuture<List<PairScore>>> other = new AtomicReference<>();
    try (BgeReranker reranker = reranker()) {
      session.onBatch = batch -> {
        if (other.get() == null) {
          CompletableFuture<List<PairScore>> call =
              reranker.scoresAsync(List.of(new TextPair("q", "the other")));
          other.set(call);
        }
        order.add(batch.length(0) == 14 ? "other" : "bulk");
      };
      reranker.scores(Collections.nCopies(2_000, new TextPair("q", "a long passage of bulk")));
      assertThat(Objects.requireNonNull(other.get()).join()).hasSize(1);
    }
    // At most what was already in the queue goes before: three parts, four pairs a run.
    assertThat(order.indexOf("other")).isBetween(1, 3 * 64 / 4 + 2);
    assertThat(order.size()).isGreaterThan(2_000 / 5);
  }

  @Test
  void lanes_ofRerankerAndEmbedder_areThoseOfQueriesAndPassages() {
    List<Lane> lanes = new CopyOnWriteArrayList<>();
    BatchListener listener = new BatchListener() {
      @Override
      public void batchRan(BatchReport report) {
        lanes.add(report.lane());
      }
    };
    try (BatchExecutor executor =
            BatchExecutor.builder().workers(1).listener(listener).build();
        BgeReranker reranker = reranker(PlayedModel.options(64, Truncation.CUT, 64, executor), 48);
        BgeEmbedder embedder = BgeEmbedder.builder()
            .model(ModelSource.directory(GoldenFiles.path("m3")))
            .executor(executor)
            .build()) {
      reranker.score("q", "p");
      embedder.dense("a query", InputType.QUERY);
      embedder.dense("a passage");
    }
    assertThat(lanes).containsExactly(Lane.QUERY, Lane.QUERY, Lane.BULK);
  }

  @Test
  void scores_tooLongInALaterPart_namesItsNumber() {
    List<String> passages = new ArrayList<>(Collections.nCopies(2_500, "p"));
    passages.set(2_000, "p".repeat(80));
    try (BgeReranker reranker = reranker(64, 48, Truncation.ERROR)) {
      assertThatExceptionOfType(InvalidTextException.class)
          .isThrownBy(() -> reranker.scores("query", passages))
          .withMessage(
              "pair 2000 has at least 89 tokens, the limit is 64; shorten it or set Truncation.CUT")
          .returns(2_000, InvalidTextException::textIndex);
    }
  }

  @Test
  void scores_onlyTheQueryTooLong_saysSo() {
    try (BgeReranker reranker = reranker(64, 48, Truncation.ERROR)) {
      assertThatExceptionOfType(InvalidTextException.class)
          .isThrownBy(() -> reranker.score("q".repeat(49), "p"))
          .withMessage("query 0 has more than 48 tokens, the limit of a query; shorten it or set"
              + " Truncation.CUT");
    }
  }

  @Test
  void async_cancelledOrClosedBeforeItsTurn_neverRuns() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    session.onRun = () -> {
      runs.incrementAndGet();
      running.countDown();
      Waits.on(release);
    };
    BgeReranker reranker = reranker();
    CompletableFuture<List<RankedDocument<String>>> first =
        reranker.rerankAsync("q", List.of("p"), 1);
    running.await();
    CompletableFuture<List<RankedDocument<String>>> cancelled =
        reranker.rerankAsync("q", List.of("pp"), 1);
    CompletableFuture<List<RankedDocument<String>>> queued =
        reranker.rerankAsync("q", List.of("ppp"), 1);
    assertThat(cancelled.cancel(true)).isTrue();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(reranker::close);
    assertThat(queued.handle((ranked, failure) -> failure).join())
        .isInstanceOf(ClosedException.class)
        .hasMessage("the reranker is closed; use it before close()");
    release.countDown();
    closing.join();
    assertThat(first
            .handle((ranked, failure) -> failure == null || failure instanceof ClosedException)
            .join())
        .isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void async_everybodyGone_endsTheRun() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    session.onContext = context -> {
      CountDownLatch abandoned = new CountDownLatch(1);
      try (BatchContext.Registration registered = context.onAbandoned(abandoned::countDown)) {
        running.countDown();
        Waits.on(abandoned);
        ended.countDown();
        assertThat(registered).isNotNull();
      }
    };
    try (BgeReranker reranker = reranker()) {
      CompletableFuture<List<PairScore>> call =
          reranker.scoresAsync(List.of(new TextPair("q", "p")));
      running.await();
      call.cancel(true);
      ended.await();
    }
  }

  @Test
  void async_manyPassages_tokenizesOnTheWorkersAndKeepsTheOrder() {
    List<String> passages =
        IntStream.range(0, 2_500).mapToObj(i -> "p".repeat(1 + i % 40)).toList();
    try (BgeReranker reranker = reranker()) {
      List<TextPair> pairs = passages.stream().map(p -> new TextPair("q", p)).toList();
      assertThat(reranker.scoresAsync(pairs).join()).isEqualTo(reranker.scores(pairs));
      assertThat(reranker.scores(pairs.subList(0, 3)))
          .extracting(PairScore::score)
          .containsExactly(6.0, 7.0, 8.0);
    }
  }

  @Test
  void scores_maxBatchTexts_limitsARun() {
    List<TextPair> pairs = Collections.nCopies(100, new TextPair("q", "p"));
    for (int most : new int[] {1, 7, 64}) {
      session.largest.set(0);
      ModelOptions options = PlayedModel.options(64, Truncation.CUT, most, null);
      try (BgeReranker reranker = reranker(options, 48)) {
        reranker.scores(pairs);
      }
      // 128 tokens at most, six a pair.
      assertThat(session.largest).hasValue(Math.min(most, 21));
    }
  }

  @Test
  void scores_deadlineGone_throws() {
    try (BgeReranker reranker = reranker()) {
      assertThatExceptionOfType(DeadlineException.class)
          .isThrownBy(() -> reranker.scores(
              List.of(new TextPair("q", "p")), RequestOptions.query().withDeadline(Duration.ZERO)));
    }
    assertThat(session.runs).hasValue(0);
  }

  @Test
  void scores_modelFails_throwsItsException() {
    session.onRun = () -> {
      throw new InferenceException("broken", new IllegalStateException());
    };
    try (BgeReranker reranker = reranker()) {
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> reranker.score("q", "p"))
          .withMessage("broken");
      assertThat(reranker
              .scoresAsync(List.of(new TextPair("q", "p")))
              .handle((s, e) -> e)
              .join())
          .isInstanceOf(InferenceException.class)
          .hasMessage("broken");
    }
  }

  @Test
  void sharedExecutor_ofTwoModels_servesBothAndOutlivesThem() {
    try (BatchExecutor executor = BatchExecutor.builder().workers(1).build()) {
      ModelOptions options = PlayedModel.options(64, Truncation.CUT, 64, executor);
      BgeReranker one = reranker(options, 48);
      try (BgeReranker other = reranker(options, 48)) {
        assertThat(one.score("q", "p")).isEqualTo(other.score("q", "p")).isEqualTo(6);
        one.close();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> one.score("q", "p"));
        assertThat(other.score("q", "pp")).isEqualTo(7);
      }
    }
  }
}
