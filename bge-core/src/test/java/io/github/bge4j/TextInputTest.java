package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.batching.RequestOptions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are refused, cut, or only look odd. */
class TextInputTest {

  private static BgeEmbedder embedder;

  @BeforeAll
  static void open() {
    embedder = BgeSmall.builder().workers(1).build();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @Test
  @SuppressWarnings("NullAway") // a caller without null checks
  void dense_nullText_throwsWithItsIndex() {
    assertRefused(
        () -> embedder.dense((String) null),
        0,
        "text 0 must not be null; pass \"\" for an empty text");
    assertRefused(
        () -> embedder.dense(Arrays.asList("a", null)),
        1,
        "text 1 must not be null; pass \"\" for an empty text");
    assertRefused(
        () -> embedder.countTokens(null),
        0,
        "text 0 must not be null; pass \"\" for an empty text");
  }

  @Test
  @SuppressWarnings("NullAway") // a caller without null checks
  void embed_nullTypeOrRequest_isRefusedAndNotTakenForAPassage() {
    InputType none = null;
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> embedder.embed("a", none))
        .withMessage("input type must not be null; give one, or use the method that asks for none");
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> embedder.embed("a", InputType.QUERY, (RequestOptions) null))
        .withMessage(
            "request options must not be null; give one, or use the method that asks for none");
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> embedder.embedAsync("a", none).join())
        .withCauseInstanceOf(InvalidOptionException.class);
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() ->
            embedder.embedAsync("a", InputType.QUERY, (RequestOptions) null).join())
        .withCauseInstanceOf(InvalidOptionException.class);
  }

  @Test
  @SuppressWarnings("NullAway") // a caller without null checks
  void embedTokens_noText_throwsWithItsIndex() {
    assertRefused(
        () -> embedTokens(), -1, "texts must hold at least one text: []; do not call for none");
    assertRefused(
        () -> embedTokens(new int[] {5}, null),
        1,
        "text 1 must not be null; pass no ids for an empty text");
    assertRefused(
        () -> embedder.decode(null, true),
        0,
        "text 0 must not be null; pass no ids for an empty text");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 30_522, Integer.MAX_VALUE})
  void embedTokens_idOutsideTheVocabulary_throwsWithItsPlace(int id) {
    assertRefused(
        () -> embedTokens(new int[] {5}, new int[] {5, id}),
        1,
        "token ids must be of this model's vocabulary, from 0 to 30521: " + id
            + " in text 1; other tokenizers' ids mean something else, pass the text");
  }

  @Test
  void embedTokens_lastIdOrNone_isEmbedded() {
    assertThat(embedTokens(new int[] {30_521}, new int[0]))
        .extracting(Embedding::tokenCount)
        .containsExactly(3, 2);
  }

  private static List<Embedding> embedTokens(int[]... texts) {
    try {
      return embedder
          .embedTokensAsync(Arrays.asList(texts), RequestOptions.bulk())
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Test
  void dense_loneSurrogate_throwsWithItsPlace() {
    assertRefused(
        () -> embedder.dense(List.of("fine 😀", "ab\uD83D")),
        1,
        "text 1 must be well-formed UTF-16: lone surrogate U+D83D at char 2; replace it with U+FFFD");
    assertRefused(
        () -> embedder.dense("\uDE00x"),
        0,
        "text 0 must be well-formed UTF-16: lone surrogate U+DE00 at char 0; replace it with U+FFFD");
    assertRefused(
        () -> embedder.dense("😀\uD83Dx"),
        0,
        "text 0 must be well-formed UTF-16: lone surrogate U+D83D at char 2; replace it with U+FFFD");
  }

  @Test
  @SuppressWarnings("NullAway") // a caller without null checks
  void embed_noTexts_throws() {
    assertRefused(
        () -> embedder.embed(List.of()),
        -1,
        "texts must hold at least one text: []; do not call for none");
    assertRefused(
        () -> embedder.embed((List<String>) null),
        -1,
        "texts must hold at least one text: null; do not call for none");
  }

  @Test
  void embed_badTextAmongGoodOnes_leavesTheEmbedderUsable() {
    assertThatExceptionOfType(InvalidTextException.class)
        .isThrownBy(() -> embedder.embed(Arrays.asList("a", null, "b")));
    assertThat(embedder.embed(List.of("a", "b"))).hasSize(2);
  }

  @Test
  void embed_atTheLimit_isNotCut() {
    Embedding at = embedder.embed(List.of("a ".repeat(510))).get(0);
    assertThat(at.tokenCount()).isEqualTo(512);
    assertThat(at.truncated()).isFalse();
  }

  @Test
  void embed_overTheLimit_isCutAndSaysSo() {
    List<Embedding> over =
        embedder.embed(List.of("a ".repeat(511), "a".repeat(100_000), "a ".repeat(50_000)));
    assertThat(over.get(0).tokenCount()).isEqualTo(512);
    assertThat(over.get(0).truncated()).isTrue();
    assertThat(over.get(0).tokenIds()).startsWith(101, 1037).endsWith(1037, 102);
    assertThat(over.get(0)).hasToString("Embedding[tokens=512, truncated, dense=384]");
    // One word of 100,000 letters is one unknown token.
    assertThat(over.get(1).tokenIds()).containsExactly(101, 100, 102);
    assertThat(over.get(2).dense()).isEqualTo(over.get(0).dense());
  }

  @Test
  void countTokens_overTheLimit_countsThemAll() {
    assertThat(embedder.countTokens("")).isEqualTo(2);
    assertThat(embedder.countTokens("a ".repeat(50_000))).isEqualTo(50_002);
    assertThat(embedder.maxTokens()).isEqualTo(512);
  }

  @Test
  void embed_smallLimits_keepTheClosingToken() {
    try (BgeEmbedder two = BgeSmall.builder().maxTokens(2).workers(1).build();
        BgeEmbedder three = BgeSmall.builder().maxTokens(3).workers(1).build()) {
      assertThat(two.embed(List.of("a b")).get(0).tokenIds()).containsExactly(101, 102);
      assertThat(three.embed(List.of("a b")).get(0).tokenIds()).containsExactly(101, 1037, 102);
      assertThat(three.embed(List.of("a")).get(0).truncated()).isFalse();
    }
  }

  @Test
  void embed_overTheLimitWithErrorPolicy_throwsForTheFirst() {
    try (BgeEmbedder strict =
        BgeSmall.builder().maxTokens(8).truncation(Truncation.ERROR).workers(2).build()) {
      String fits = "a ".repeat(6);
      assertThat(strict.embed(List.of(fits)).get(0).tokenCount()).isEqualTo(8);
      assertRefused(
          () -> strict.embed(List.of(fits, "b ".repeat(7), "c ".repeat(9))),
          1,
          "text 1 has at least 9 tokens, the limit is 8; shorten it or set Truncation.CUT");
    }
  }

  private static void assertRefused(ThrowingCallable call, int index, String message) {
    assertThatExceptionOfType(InvalidTextException.class)
        .isThrownBy(call)
        .withMessage(message)
        .extracting(InvalidTextException::textIndex)
        .isEqualTo(index);
  }
}
