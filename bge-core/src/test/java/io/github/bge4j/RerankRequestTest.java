package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.schedule.PackedBatch;
import io.github.bge4j.internal.text.LettersTokenizer;
import io.github.bge4j.internal.text.PairEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a request does to tokenizer and model, which are played here. */
@Timeout(60)
class RerankRequestTest {

  private final LettersTokenizer tokenizer = new LettersTokenizer();
  private final PlayedSession session = new PlayedSession();

  private BgeReranker reranker(int maxTokens, int maxQueryTokens, Truncation truncation) {
    ModelOptions options = new ModelOptions(maxTokens, truncation, 1);
    return new BgeReranker(
        new ModelRunner("reranker", tokenizer, session, options),
        new PairEncoder(tokenizer, maxTokens, maxQueryTokens),
        false);
  }

  private BgeReranker reranker() {
    return reranker(64, 48, Truncation.CUT);
  }

  @Test
  void rerank_thousandsOfPassages_tokenizesTheQueryOnceAndThePassagesPartByPart() {
    List<String> passages = IntStream.range(0, 3_000).mapToObj(i -> "p" + i).toList();
    List<Integer> tokenizedBefore = new ArrayList<>();
    session.onRun = () -> tokenizedBefore.add(tokenizer.encoded().size());
    try (BgeReranker reranker = reranker()) {
      assertThat(reranker.rerank("query", passages)).hasSize(3_000);
    }
    assertThat(Collections.frequency(tokenizer.encoded(), "query")).isEqualTo(1);
    assertThat(tokenizer.encoded()).hasSize(3_001);
    assertThat(tokenizedBefore).contains(1 + 1024, 1 + 2048, 1 + 3000).startsWith(1 + 1024);
  }

  @Test
  void scores_manyQueries_tokenizesEachOnceInItsPart() {
    List<TextPair> pairs = IntStream.range(0, 100)
        .mapToObj(i -> new TextPair("q" + i % 3, "passage"))
        .toList();
    try (BgeReranker reranker = reranker()) {
      reranker.scores(pairs);
    }
    assertThat(tokenizer.encoded()).hasSize(103).contains("q0", "q1", "q2");
  }

  @Test
  void scores_tooLongInALaterPart_namesItsNumber() {
    List<String> passages = new ArrayList<>(Collections.nCopies(2_500, "p"));
    passages.set(2_000, "p".repeat(80));
    try (BgeReranker reranker = reranker(64, 48, Truncation.ERROR)) {
      assertThatExceptionOfType(InvalidTextException.class)
          .isThrownBy(() -> reranker.scores("query", passages))
          .withMessage("pair 2000 has 89 tokens, the limit is 64; shorten it or set Truncation.CUT")
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
  void async_cancelledOrClosedBeforeItsTurn_doesNothing() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    session.onRun = () -> {
      running.countDown();
      awaitQuietly(release);
    };
    AtomicInteger extracted = new AtomicInteger();
    BgeReranker reranker = reranker();
    CompletableFuture<List<RankedDocument<String>>> first =
        reranker.rerankAsync("q", List.of("p"), 1);
    running.await();
    CompletableFuture<List<RankedDocument<Integer>>> cancelled =
        reranker.rerankAsync("q", List.of(1), n -> "p" + extracted.incrementAndGet(), 1);
    CompletableFuture<List<RankedDocument<Integer>>> queued =
        reranker.rerankAsync("q", List.of(1), n -> "p" + extracted.incrementAndGet(), 1);
    cancelled.cancel(true);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(reranker::close);
    // The queue is closed first, and only then are runs waited for.
    while (!reranker.scoresAsync(List.of(new TextPair("a", "b"))).isDone()) {
      Thread.onSpinWait();
    }
    release.countDown();
    closing.join();
    assertThat(first
            .handle((ranked, failure) -> failure == null || failure instanceof ClosedException)
            .join())
        .isTrue();
    assertThat(queued.handle((ranked, failure) -> failure).join())
        .isInstanceOf(ClosedException.class)
        .hasMessage("the reranker is closed; use it before close()");
    assertThat(extracted).hasValue(0);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives every pair the number of its tokens. */
  private static final class PlayedSession implements EncoderSession {

    private Runnable onRun = () -> {};

    @Override
    public Set<Output> outputs() {
      return Set.of(Output.DENSE);
    }

    @Override
    public int dimension() {
      return 1;
    }

    @Override
    public EncoderOutput run(PackedBatch batch, Set<Output> asked) {
      onRun.run();
      float[] logits = new float[batch.texts()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = batch.length(i);
      }
      return new EncoderOutput(logits, null, null);
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
