package io.github.bge4j.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mappings that need the texts of the tokens. */
class VocabularyMappingTest {

  private static final Map<String, Integer> VOCABULARY = Map.of(
      "<s>", 0, "<pad>", 1, "</s>", 2, "<unk>", 3, "5", 304, "▁4865", 305, "0", 7, "05", 8, "300",
      2);

  private static SparseTokenMapper legacy() {
    return SparseTokenMapper.legacyTokenizer(VOCABULARY, "<unk>");
  }

  @Test
  void legacyTokenizer_idThatIsATokensText_getsThatTokensId() {
    assertThat(legacy().name()).isEqualTo("legacy-tokenizer");
    assertThat(legacy().indexSpace()).isEqualTo(1_048_576);
    assertThat(legacy().index(5)).isEqualTo(304);
    assertThat(legacy().index(0)).isEqualTo(7);
    // The service leaves out the unknown token only: other special ones count.
    assertThat(legacy().index(300)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 304, 305, 4865, 50, 4_294_967_295L})
  void legacyTokenizer_idThatIsNoTokensText_vanishes(long tokenId) {
    assertThat(legacy().index(tokenId)).isEqualTo(SparseTokenMapper.NO_INDEX);
  }

  @Test
  void legacyTokenizer_weights_keepsThoseThatHaveAnIndex() {
    SparseVector weights =
        SparseVector.of(new int[] {0, 5, 6, 4865}, new float[] {0.5f, 0.25f, 2, 1});
    assertThat(legacy().map(weights))
        .isEqualTo(SparseVector.of(new int[] {7, 304}, new float[] {0.5f, 0.25f}));
    assertThat(legacy().collisions(5000)).isEqualTo(new MappingCollisions(3, 3, 0, 1));
  }

  @Test
  void legacyTokenizer_unknownTokenThatIsANumber_vanishes() {
    SparseTokenMapper mapper =
        SparseTokenMapper.legacyTokenizer(Map.of("12", 9, "13", 9, "14", 10), "12");
    assertThat(mapper.index(12)).isEqualTo(SparseTokenMapper.NO_INDEX);
    assertThat(mapper.index(13)).isEqualTo(SparseTokenMapper.NO_INDEX);
    assertThat(mapper.index(14)).isEqualTo(10);
  }

  @Test
  void legacyTokenizer_vocabularyChangedAfterwards_keepsItsOwn() {
    Map<String, Integer> vocabulary = new HashMap<>(VOCABULARY);
    SparseTokenMapper mapper = SparseTokenMapper.legacyTokenizer(vocabulary, "<unk>");
    vocabulary.put("5", 1);
    assertThat(mapper.index(5)).isEqualTo(304);
  }

  @Test
  void legacyTokenizer_noUnknownToken_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.legacyTokenizer(VOCABULARY, "[UNK]"))
        .withMessage(
            "the vocabulary must have the unknown token: [UNK]; name the one of its tokenizer.json");
  }

  @Test
  void legacyTokenizer_indexSpaceTooSmall_throws() {
    assertThat(SparseTokenMapper.legacyTokenizer(VOCABULARY, "<unk>", 305).index(5))
        .isEqualTo(304);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.legacyTokenizer(VOCABULARY, "<unk>", 304))
        .withMessage(
            "index space must hold the ids of tokens that are numbers: 304 of token 5 is not below 304; choose a larger index space");
  }

  @Test
  void hashText_anyToken_getsTheHashOfItsText() {
    SparseTokenMapper mapper = SparseTokenMapper.hashText(Map.of("▁the", 1, "4865", 3), 1 << 20);
    assertThat(mapper.name()).isEqualTo("hash-text");
    assertThat(mapper.index(1)).isEqualTo(TextHash.index("▁the", 1 << 20));
    assertThat(mapper.index(3)).isEqualTo(594_659);
    assertThat(mapper.index(2)).isEqualTo(SparseTokenMapper.NO_INDEX);
    assertThat(mapper.index(4)).isEqualTo(SparseTokenMapper.NO_INDEX);
  }

  @Test
  void hashText_weightsById_areThoseOfTheirTexts() {
    Map<String, Float> byText = new LinkedHashMap<>();
    byText.put("▁the", 0.5f);
    byText.put("4865", 0.25f);
    SparseVector byId = SparseVector.of(new int[] {1, 3}, new float[] {0.5f, 0.25f});
    assertThat(SparseTokenMapper.hashText(Map.of("▁the", 1, "4865", 3), 1000).map(byId))
        .isEqualTo(TextHash.map(byText, 1000));
  }

  @Test
  void hashText_negativeId_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.hashText(Map.of("a", -1), 10))
        .withMessage("token ids must not be negative: -1; pass the ids of a tokenizer");
  }

  @Test
  void textHash_weightNotFinite_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextHash.map(Map.of("a", Double.NaN), 1))
        .withMessage(
            "weights of one index must have a finite sum: NaN at index 0; give weights that a float can hold");
  }
}
