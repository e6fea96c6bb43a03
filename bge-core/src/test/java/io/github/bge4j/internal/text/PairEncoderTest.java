package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.InvalidOptionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairEncoderTest {

  private static final int SPECIALS = 4;

  /**
   * With limits 64 and 48: what FlagEmbedding 1.4.0 gives (flattened from its code), and after it
   * the pairs that it leaves too long.
   */
  @ParameterizedTest
  @CsvSource({
    // query tokens, passage tokens, limit, query limit, kept of the query, kept of the passage
    "5, 5, 64, 48, 5, 5",
    "48, 12, 64, 48, 48, 12",
    "48, 13, 64, 48, 48, 12",
    "49, 1, 64, 48, 48, 1",
    "0, 100, 64, 48, 0, 60",
    "100, 0, 64, 48, 48, 0",
    "59, 64, 64, 60, 59, 1",
    "60, 64, 64, 60, 60, 0",
    "64, 64, 64, 64, 60, 0",
    "64, 0, 64, 64, 60, 0",
    "9, 9, 4, 3, 0, 0",
    "9, 9, 5, 3, 1, 0"
  })
  void encode_anyLengths_cutsTheQueryThenThePassage(
      int query, int passage, int limit, int queryLimit, int keptOfQuery, int keptOfPassage) {
    PairEncoder encoder = new PairEncoder(new LettersTokenizer(), limit, queryLimit);
    TokenizedText pair =
        encoder.encode(encoder.encodeQuery("q".repeat(query)), "p".repeat(passage));
    assertThat(pair.ids())
        .isEqualTo(LettersTokenizer.ids(
            "<" + "q".repeat(keptOfQuery) + "||" + "p".repeat(keptOfPassage) + ">"));
    assertThat(pair.fullLength()).isEqualTo(query + passage + SPECIALS);
    assertThat(pair.truncated()).isEqualTo(keptOfQuery < query || keptOfPassage < passage);
    assertThat(pair.firstSegment()).isEqualTo(keptOfQuery + 3);
  }

  @Test
  void new_noRoomForSpecialTokens_throws() {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> new PairEncoder(new LettersTokenizer(), 3, 2))
        .withMessage("max tokens must leave room for the 4 special tokens of a pair: 3; raise it");
  }
}
