package io.github.bge4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15.BgeSmallEnV15EmbeddingModel;
import dev.langchain4j.model.output.TokenUsage;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.Similarity;
import io.github.bge4j.Token;
import io.github.bge4j.Truncation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside the in-process model that ours replaces: what the README says of moving from it. */
class InProcessModelTest {

  private static final int LIMIT = 512;

  private static EmbeddingModel theirs;
  private static BgeEmbedder embedder;
  private static EmbeddingModel ours;
  private static List<String> passages;

  @BeforeAll
  static void open() throws IOException {
    theirs = new BgeSmallEnV15EmbeddingModel();
    embedder = TestModels.openSmall();
    ours = BgeEmbeddingModel.of(embedder);
    passages = new ArrayList<>(Factbook.passages().values());
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "What is the capital of Côte d'Ivoire?",
        "e-mail: a.b@c.de, 3.14 % of $5.00",
        "snake_case foo()->bar",
        "hello 😀 world",
        "中文 文字 テスト",
        "I ❤️ NY",
        "𝒳𝒴 math"
      })
  void embed_shortText_givesTheSameVector(String text) {
    assertThat(cosine(text)).isGreaterThan(0.9999);
  }

  @Test
  void embedAll_passages_givesTheSameVectors() {
    List<TextSegment> segments =
        passages.subList(0, 3).stream().map(TextSegment::from).toList();
    var expected = theirs.embedAll(segments).content();
    var vectors = ours.embedAll(segments).content();
    assertThat(vectors).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(Similarity.COSINE.of(vectors.get(i).vector(), expected.get(i).vector()))
          .isGreaterThan(0.9999);
    }
  }

  /** Its averaging of parts is not reached: its tokenizer cuts before. */
  @ParameterizedTest
  @ValueSource(ints = {LIMIT, 1_200})
  void embed_longText_isCutByBothAtTheSamePlace(int tokens) {
    String text = ofTokens(tokens);
    assertThat(cosine(text)).isGreaterThan(0.9999);
    assertThat(theirs.embed(text).content())
        .isEqualTo(theirs.embed(ofTokens(Math.min(LIMIT, tokens))).content());
    assertThat(embedder.embed(text).truncated()).isEqualTo(tokens > LIMIT);
  }

  @Test
  void embed_longText_canBeRefused() {
    try (BgeEmbedder strict = BgeEmbedder.builder()
        .model(TestModels.small())
        .truncation(Truncation.ERROR)
        .build()) {
      EmbeddingModel refusing = BgeEmbeddingModel.of(strict);
      String text = ofTokens(LIMIT + 1);
      assertThatThrownBy(() -> refusing.embed(text))
          .isInstanceOf(InvalidTextException.class)
          .hasMessageContaining("513 tokens, the limit is 512");
    }
  }

  @Test
  void tokenUsage_anyText_alsoCountsTheSpecialTokens() {
    String text = passages.get(0);
    TokenUsage usage = Objects.requireNonNull(theirs.embed(text).tokenUsage());
    assertThat(ours.embed(text).tokenUsage())
        .isEqualTo(new TokenUsage(usage.inputTokenCount() + 2));
  }

  /** Returns the start of some passages that has so many tokens, special ones included. */
  private static String ofTokens(int tokens) {
    String text = String.join(" ", passages.subList(20, 27));
    Token last = embedder.tokenize(text).get(tokens - 2);
    String start = text.substring(0, text.offsetByCodePoints(0, last.end()));
    assertThat(embedder.countTokens(start)).isEqualTo(tokens);
    return start;
  }

  private static double cosine(String text) {
    return Similarity.COSINE.of(
        ours.embed(text).content().vector(), theirs.embed(text).content().vector());
  }
}
