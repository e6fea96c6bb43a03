package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import io.github.bge4j.testing.GoldenFiles;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens with their places, of a SentencePiece and of a WordPiece tokenizer. */
class TokenizeTest {

  private static BgeEmbedder m3;
  private static BgeEmbedder bert;

  @BeforeAll
  static void open() {
    m3 = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .workers(1)
        .build();
    bert = BgeSmall.builder().workers(1).build();
  }

  @AfterAll
  static void close() {
    m3.close();
    bert.close();
  }

  @Test
  void tokenize_goldenTexts_hasTheReferencesIdsAndParts() {
    for (GoldenRow row : GoldenRow.read("m3.expected.jsonl.gz")) {
      List<Token> tokens = m3.tokenize(row.text());
      int[] codePoints = row.text().codePoints().toArray();
      if (row.ids().length < m3.maxTokens()) {
        assertThat(tokens.stream().mapToInt(Token::id)).as(row.text()).containsExactly(boxed(row));
      }
      int last = tokens.size() - 1;
      assertThat(tokens.get(0)).isEqualTo(new Token(0, "<s>", true, 0, 0));
      assertThat(tokens.get(last)).isEqualTo(new Token(2, "</s>", true, 0, 0));
      for (Token token : tokens.subList(1, last)) {
        assertThat(token.special()).isFalse();
        assertThat(token.text())
            .isEqualTo(new String(codePoints, token.start(), token.end() - token.start()));
      }
    }
  }

  private static Integer[] boxed(GoldenRow row) {
    return Arrays.stream(row.ids()).boxed().toArray(Integer[]::new);
  }

  @Test
  void tokenize_lettersOutsideTheBasicPlane_countsCodePoints() {
    assertThat(bert.tokenize("a 𝒳 b"))
        .extracting(token -> token.text() + "@" + token.start() + "-" + token.end())
        .first()
        .isEqualTo("[CLS]@0-0");
    assertThat(bert.tokenize("a 𝒳 b")).contains(new Token(1038, "b", false, 4, 5));
    assertThat(bert.tokenize("Unbelievable é"))
        .extracting(Token::text)
        .containsExactly("[CLS]", "Unbelievable", "é", "[SEP]");
    assertThat(bert.tokenize("")).extracting(Token::id).containsExactly(101, 102);
    assertThat(bert.tokenize("a ".repeat(600))).hasSize(602);
  }

  @Test
  void decode_ids_isTheFoldedText() {
    int[] ids =
        bert.tokenize("The  Capital of France").stream().mapToInt(Token::id).toArray();
    assertThat(bert.decode(ids, true)).isEqualTo("the capital of france");
    assertThat(bert.decode(ids, false)).isEqualTo("[CLS] the capital of france [SEP]");
    assertThat(bert.decode(new int[0], true)).isEmpty();
    int[] other = m3.tokenize("Paris is large").stream().mapToInt(Token::id).toArray();
    assertThat(m3.decode(other, true)).isEqualTo("Paris is large");
  }

  /** What a mapping made of weights has other indices, and looks like weights of odd tokens. */
  @Test
  void decode_mappedWeights_throws() {
    SparseVector weights = m3.embed("Paris is large", Output.SPARSE).lexicalWeights();
    assertThat(m3.decode(weights)).hasSize(weights.size());
    for (SparseTokenMapper mapper : List.of(
        SparseTokenMapper.hash(1 << 20),
        SparseTokenMapper.of("last", 1L << 32, id -> 0xFFFF_FFFFL - id))) {
      assertThatExceptionOfType(InvalidOptionException.class)
          .isThrownBy(() -> m3.decode(mapper.map(weights)))
          .withMessageStartingWith("lexical weights must be by token id, from 0 to ")
          .withMessageEndingWith("; pass lexicalWeights() of an embedding of this model");
    }
  }

  @Test
  void decode_idOfNoToken_throws() {
    assertThatExceptionOfType(InvalidTextException.class)
        .isThrownBy(() -> bert.decode(new int[] {5, 30_522}, true))
        .withMessageContaining("from 0 to 30521: 30522");
    assertThatExceptionOfType(InvalidTextException.class)
        .isThrownBy(() -> bert.decode(new int[] {-1}, true));
    assertThatExceptionOfType(InvalidTextException.class).isThrownBy(() -> bert.tokenize("\ud800"));
  }
}
