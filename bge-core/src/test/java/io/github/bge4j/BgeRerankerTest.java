package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BgeRerankerTest {

  private static final String QUERY = "What lifts a wing?";

  private static final List<String> PASSAGES = List.of(
      "Pressure below a wing exceeds the pressure above it.",
      "",
      "Pandas eat bamboo.",
      "lift ".repeat(700),
      "中文 naïve 😀",
      "Pandas eat bamboo.");

  @TempDir
  private static Path folder;

  private static BgeReranker reranker;

  @BeforeAll
  static void open() throws IOException {
    GoldenFiles.writeModel("bert-reranker", folder);
    reranker = builder().build();
  }

  @AfterAll
  static void close() {
    reranker.close();
  }

  private static BgeRerankerBuilder builder() {
    return BgeReranker.builder().model(ModelSource.directory(folder)).workers(2);
  }

  @Test
  void scores_shuffledWithRepeats_matchPairsAlone() {
    double[] alone =
        PASSAGES.stream().mapToDouble(passage -> reranker.score(QUERY, passage)).toArray();
    for (long seed = 0; seed < 3; seed++) {
      List<Integer> order = new ArrayList<>();
      for (int copies = 0; copies < 5; copies++) {
        IntStream.range(0, PASSAGES.size()).forEach(order::add);
      }
      Collections.shuffle(order, new Random(seed));
      double[] together = scores(reranker, order.stream().map(PASSAGES::get).toList());
      for (int i = 0; i < together.length; i++) {
        assertThat(together[i]).as("seed %d", seed).isEqualTo(alone[order.get(i)]);
      }
    }
  }

  @Test
  void scores_morePairsThanAreWorkedOnAtATime_areAllScoredInOrder() {
    int count = 2_500;
    List<TextPair> pairs = IntStream.range(0, count)
        .mapToObj(i -> new TextPair("query " + i % 3, "passage " + i % 7))
        .toList();
    List<PairScore> scores = reranker.scores(pairs);
    assertThat(scores).hasSize(count);
    for (int i = 21; i < count; i++) {
      assertThat(scores.get(i)).isEqualTo(scores.get(i % 21));
    }
    assertThat(scores.subList(0, 21)).extracting(PairScore::score).doesNotHaveDuplicates();
  }

  @Test
  void scores_longPair_isCutAndSaysSo() {
    List<PairScore> scores =
        reranker.scores(List.of(new TextPair(QUERY, PASSAGES.get(3)), new TextPair(QUERY, "")));
    assertThat(scores.get(0).tokenCount()).isEqualTo(512);
    assertThat(scores.get(0).truncated()).isTrue();
    assertThat(scores.get(1).truncated()).isFalse();
  }

  @Test
  void rerank_all_isSortedAndKeepsInputOrderOfTies() {
    List<RankedDocument<String>> ranked = reranker.rerank(QUERY, PASSAGES);
    assertThat(ranked).hasSameSizeAs(PASSAGES);
    assertThat(ranked)
        .extracting(RankedDocument::score)
        .isSortedAccordingTo(Collections.reverseOrder());
    double[] scores = scores(reranker, PASSAGES);
    assertThat(ranked).allSatisfy(document -> {
      assertThat(document.document()).isEqualTo(PASSAGES.get(document.index()));
      assertThat(document.score()).isEqualTo(scores[document.index()]);
    });
    List<Integer> order = ranked.stream().map(RankedDocument::index).toList();
    assertThat(order.indexOf(5)).isEqualTo(order.indexOf(2) + 1);
  }

  @Test
  void rerank_topN_isTheHeadOfAll() {
    List<RankedDocument<String>> all = reranker.rerank(QUERY, PASSAGES);
    assertThat(reranker.rerank(QUERY, PASSAGES, 2)).isEqualTo(all.subList(0, 2));
    assertThat(reranker.rerank(QUERY, PASSAGES, 99)).isEqualTo(all);
  }

  @Test
  void rerank_documentsOfAnyType_returnsThemselves() {
    record Page(int number, String text) {}
    List<Page> pages = IntStream.range(0, PASSAGES.size())
        .mapToObj(i -> new Page(i, PASSAGES.get(i)))
        .toList();
    List<RankedDocument<Page>> ranked = reranker.rerank(QUERY, pages, Page::text, 3);
    List<RankedDocument<String>> expected = reranker.rerank(QUERY, PASSAGES, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(ranked.get(i).document()).isSameAs(pages.get(expected.get(i).index()));
      assertThat(ranked.get(i).score()).isEqualTo(expected.get(i).score());
    }
  }

  @Test
  void scores_normalized_areTheSigmoidOfTheLogitInDouble() {
    try (BgeReranker normalized = builder().normalize(true).build()) {
      double[] logits = scores(reranker, PASSAGES);
      double[] scores = scores(normalized, PASSAGES);
      for (int i = 0; i < scores.length; i++) {
        assertThat(scores[i]).isEqualTo(1 / (1 + Math.exp(-logits[i])));
      }
    }
  }

  @Test
  void async_callsAndCancellations_completeEveryFuture() {
    List<CompletableFuture<?>> futures = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      futures.add(reranker.rerankAsync(QUERY, PASSAGES, 2));
      futures.add(reranker.scoresAsync(List.of(new TextPair(QUERY, "a"))));
      futures.add(reranker.rerankAsync(
          QUERY, List.of(1, 2), number -> "text " + number, 1, RequestOptions.query()));
      reranker.rerankAsync(QUERY, PASSAGES, 2).cancel(true);
    }
    CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
    assertThat(futures.get(0).join()).isEqualTo(reranker.rerank(QUERY, PASSAGES, 2));
    assertThat(reranker.rerankAsync(QUERY, PASSAGES, 0))
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .withCauseInstanceOf(InvalidOptionException.class);
  }

  @Test
  void close_duringCalls_completesEveryFuture() {
    for (int round = 0; round < 3; round++) {
      BgeReranker closing = builder().build();
      List<CompletableFuture<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(closing
            .rerankAsync(QUERY, Collections.nCopies(50, "a passage"), 50)
            .handle((ranked, failure) ->
                failure == null ? ranked.size() == 50 : failure instanceof ClosedException));
      }
      calls.get(0).join();
      closing.close();
      closing.close();
      assertThat(calls).allSatisfy(call -> assertThat(call.join()).isTrue());
      assertThatExceptionOfType(ClosedException.class)
          .isThrownBy(() -> closing.score("a", "b"))
          .withMessage("the reranker is closed; use it before close()");
      assertThat(closing
              .scoresAsync(List.of(new TextPair("a", "b")))
              .handle((scores, failure) -> failure)
              .join())
          .isInstanceOf(ClosedException.class);
    }
  }

  @Test
  void badInput_throwsBeforeAnyWork() {
    assertInvalid(
        () -> reranker.rerank(QUERY, List.of()),
        -1,
        "documents must hold at least one document: []; do not call for none");
    assertInvalid(
        () -> reranker.scores(QUERY, List.of()),
        -1,
        "passages must hold at least one passage: []; do not call for none");
    assertInvalid(
        () -> reranker.scores(List.of()),
        -1,
        "pairs must hold at least one pair: []; do not call for none");
    assertInvalid(
        () -> reranker.rerank(QUERY, Arrays.asList("a", null)),
        1,
        "passage 1 must not be null; pass \"\" for an empty text");
    assertInvalid(
        () -> reranker.scores(QUERY, List.of("a", "b \ud800")),
        1,
        "passage 1 must be well-formed UTF-16: lone surrogate U+D800 at char 2; replace it with U+FFFD");
    assertInvalid(
        () -> reranker.score("\udc00", "a"),
        -1,
        "query must be well-formed UTF-16: lone surrogate U+DC00 at char 0; replace it with U+FFFD");
    assertInvalid(
        () -> reranker.scores(Arrays.asList(new TextPair("a", "b"), null)),
        1,
        "pair 1 must not be null; leave it out");
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> reranker.rerank(QUERY, PASSAGES, 0))
        .withMessage("top n must be at least 1: 0; pass the number of documents for all of them");
  }

  @Test
  @SuppressWarnings("NullAway") // a caller without null checks
  void nullRequestOrFunction_isRefusedAndInTheFutureIfThereIsOne() {
    List<TextPair> pairs = List.of(new TextPair(QUERY, "a"));
    RequestOptions request = RequestOptions.query();
    String noRequest =
        "request options must not be null; give one, or use the method that asks for none";
    String noFunction =
        "document function must not be null; give one, or use the method that asks for none";
    assertRefusedOption(() -> reranker.scores(QUERY, PASSAGES, null), noRequest);
    assertRefusedOption(() -> reranker.scores(pairs, null), noRequest);
    assertRefusedOption(() -> reranker.rerank(QUERY, PASSAGES, 1, null), noRequest);
    assertRefusedOption(() -> reranker.rerank(QUERY, PASSAGES, null, 1, request), noFunction);
    assertRefusedOption(reranker.scoresAsync(QUERY, PASSAGES, null), noRequest);
    assertRefusedOption(reranker.scoresAsync(pairs, null), noRequest);
    assertRefusedOption(reranker.rerankAsync(QUERY, PASSAGES, 1, null), noRequest);
    assertRefusedOption(reranker.rerankAsync(QUERY, PASSAGES, null, 1, request), noFunction);
  }

  @Test
  void truncationError_longPair_throwsItsNumber() {
    try (BgeReranker strict = builder().truncation(Truncation.ERROR).build()) {
      assertInvalid(
          () -> strict.scores("q", PASSAGES),
          3,
          "pair 3 has at least 704 tokens, the limit is 512; shorten it or set Truncation.CUT");
      assertThat(strict.score("q", "short")).isFinite();
    }
  }

  @Test
  void build_optionOutOfBounds_throws() {
    for (int tokens : new int[] {2, 513}) {
      assertThatExceptionOfType(InvalidOptionException.class)
          .isThrownBy(() -> builder().maxTokens(tokens).build())
          .withMessage("max tokens must be from 3 to the model's limit 512: " + tokens
              + "; choose one of these");
    }
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> builder().maxQueryTokens(0))
        .withMessage("max query tokens must be at least 1: 0; leave it unset for the default");
  }

  @Test
  void build_smallestLimit_scoresTheSpecialTokensAlone() {
    try (BgeReranker smallest = builder().maxTokens(3).build()) {
      assertThat(smallest.maxTokens()).isEqualTo(3);
      PairScore score =
          smallest.scores(List.of(new TextPair("a query", "a passage"))).get(0);
      assertThat(score).isEqualTo(new PairScore(reranker.score("", ""), 3, true));
    }
  }

  private static double[] scores(BgeReranker model, List<String> passages) {
    return model.scores(QUERY, passages).stream().mapToDouble(PairScore::score).toArray();
  }

  private static void assertInvalid(ThrowingCallable call, int index, String message) {
    assertThatExceptionOfType(InvalidTextException.class)
        .isThrownBy(call)
        .withMessage(message)
        .returns(index, InvalidTextException::textIndex);
  }

  private static void assertRefusedOption(ThrowingCallable call, String message) {
    assertThatExceptionOfType(InvalidOptionException.class).isThrownBy(call).withMessage(message);
  }

  private static void assertRefusedOption(CompletableFuture<?> call, String message) {
    assertThat(call.handle((result, failure) -> failure).join())
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(message);
  }
}
