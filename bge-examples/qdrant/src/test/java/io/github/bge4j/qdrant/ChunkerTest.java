package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.testing.Seeds;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With the tokenizer of bge-small-en-v1.5; no text is embedded. */
class ChunkerTest {

  private static BgeEmbedder embedder;

  @BeforeAll
  static void open() {
    embedder = TestModels.bundled();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  private static SourceDocument document(String title, String text) {
    return new SourceDocument("d", title, text, Map.of());
  }

  private static List<Chunk> cut(int tokens, int overlap, SourceDocument document) {
    return new Chunker(embedder, tokens, overlap, true).chunks(document);
  }

  @Test
  void chunks_shortDocument_isOneWithItsTitle() {
    SourceDocument document = document("Paris", " The capital of France. ");
    assertThat(cut(16, 4, document))
        .containsExactly(new Chunk(
            document, 0, " The capital of France. ", "Paris  The capital of France. ", 8, true));
    assertThat(new Chunker(embedder, 16, 4, false).chunks(document))
        .extracting(Chunk::passage)
        .containsExactly(" The capital of France. ");
  }

  @Test
  void chunks_emptyText_isOneChunk() {
    assertThat(cut(16, 0, document("", ""))).extracting(Chunk::tokens).containsExactly(2);
  }

  @Test
  void chunks_sentences_areCutAtTheirEndsAndOverlap() {
    String text = "One two three four five six. Seven eight nine ten. Eleven twelve thirteen"
        + " fourteen fifteen sixteen seventeen. Eighteen nineteen.";
    assertThat(cut(16, 4, document("", text)))
        .extracting(Chunk::text)
        .containsExactly(
            "One two three four five six. Seven eight nine ten.",
            "eight nine ten. Eleven twelve thirteen fourteen fifteen sixteen seventeen.",
            "fifteen sixteen seventeen. Eighteen nineteen.");
  }

  @Test
  void chunks_longTitle_takesAQuarterAtMost() {
    List<Chunk> chunks = cut(16, 0, document("many words ".repeat(20), "a b c d ".repeat(10)));
    assertThat(chunks).hasSizeGreaterThan(3).allSatisfy(chunk -> {
      assertThat(chunk.passage()).isEqualTo("many words many words " + chunk.text());
      assertThat(chunk.tokens()).isLessThanOrEqualTo(16);
    });
  }

  @Test
  void chunks_noGaps_areCutBetweenTokens() {
    List<Chunk> chunks = cut(16, 2, document("", "巴黎是法國首都".repeat(10)));
    assertThat(chunks).hasSizeGreaterThan(4);
    assertThat(chunks.get(0).text()).hasSize(14);
  }

  @Test
  void chunks_sentencesWithoutGaps_areCutAtTheirEnds() {
    assertThat(cut(16, 0, document("", "巴黎是首都。".repeat(6))))
        .extracting(Chunk::text)
        .containsOnly("巴黎是首都。巴黎是首都。")
        .hasSize(3);
    assertThat(cut(16, 0, document("", "巴「黎是。」".repeat(4))))
        .extracting(Chunk::text)
        .containsExactly("巴「黎是。」巴「黎是。」", "巴「黎是。」巴「黎是。」");
  }

  @Test
  void chunks_sentenceInQuotes_isCutAfterThem() {
    String text = "One two three four five six seven eight \"nine.\" Ten eleven twelve thirteen.";
    assertThat(cut(16, 0, document("", text)))
        .extracting(Chunk::text)
        .containsExactly(
            "One two three four five six seven eight \"nine.\"", "Ten eleven twelve thirteen.");
  }

  @Test
  void chunks_pointInANumber_isNoEndOfASentence() {
    String text = "one two three four five six seven eight nine ten eleven 3.14 is less than four";
    assertThat(cut(16, 0, document("", text)).get(0).text()).endsWith("eleven 3.14");
  }

  static LongStream seeds() {
    return Seeds.upTo(30).stream();
  }

  /** Chunks are parts of the text, in order, without a hole, none too long. */
  @ParameterizedTest
  @MethodSource("seeds")
  void chunks_anyText_coverIt(long seed) {
    Random random = new Random(seed);
    String[] pieces = {"word", " ", ". ", "🎉", "é", "supercalifragilistic", "首都", "\n\n", "x1-y2 "
    };
    StringBuilder made = new StringBuilder("start ");
    for (int i = 0; i < 300; i++) {
      made.append(pieces[random.nextInt(pieces.length)]);
    }
    String text = made.append(" end").toString();
    int tokens = 16 + random.nextInt(40);
    List<Chunk> chunks = cut(tokens, random.nextInt(tokens / 2), document("A title", text));
    int covered = 0;
    for (int i = 0; i < chunks.size(); i++) {
      Chunk chunk = chunks.get(i);
      assertThat(chunk.number()).isEqualTo(i);
      assertThat(chunk.last()).isEqualTo(i == chunks.size() - 1);
      assertThat(chunk.tokens())
          .isEqualTo(embedder.countTokens(chunk.passage()))
          .isLessThanOrEqualTo(tokens);
      int end = covered;
      // The part begins no later than the last one ended, but for what is no token.
      int start = -1;
      for (int at = text.indexOf(chunk.text()); at >= 0; at = text.indexOf(chunk.text(), at + 1)) {
        if (at + chunk.text().length() > end && (start < 0 || at <= end)) {
          start = at;
        }
      }
      assertThat(start).as("chunk %s is a part of the text", i).isNotNegative();
      if (start > end) {
        assertThat(text.substring(end, start)).isBlank();
      }
      covered = start + chunk.text().length();
    }
    assertThat(text.substring(covered)).isBlank();
  }

  @Test
  void chunks_loneSurrogate_namesTheDocument() {
    assertThatThrownBy(() -> cut(16, 0, document("", "a\ud800")))
        .isInstanceOf(InvalidTextException.class)
        .hasMessageStartingWith("document d: text 0 must be well-formed UTF-16: lone surrogate");
  }
}
