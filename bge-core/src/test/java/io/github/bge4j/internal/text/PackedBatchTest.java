package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.bge4j.testing.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackedBatchTest {

  @Test
  void of_texts_layThemEndToEnd() {
    PackedBatch batch = PackedBatch.of(List.of(
        new TokenizedText(new int[] {7, 8, 9}, 1, 5), new TokenizedText(new int[] {4, 5}, 2)));
    assertThat(batch.texts()).isEqualTo(2);
    assertThat(batch.tokenIds()).containsExactly(7, 8, 9, 4, 5);
    assertThat(batch.offsets()).containsExactly(0, 3, 5);
    assertThat(batch.length(0)).isEqualTo(3);
    assertThat(batch.tokenTypes()).containsExactly(0, 1, 1, 0, 0);
  }

  @Test
  void commonLength_equalTexts_isTheirLength() {
    PackedBatch batch = PackedBatch.of(
        List.of(new TokenizedText(new int[] {7, 8}, 2), new TokenizedText(new int[] {4, 5}, 2)));
    assertThat(batch.commonLength()).isEqualTo(2);
  }

  @Test
  void commonLength_noneOrEmptyOrOthers_throws() {
    for (PackedBatch batch : List.of(
        PackedBatch.of(List.of()),
        PackedBatch.of(List.of(new TokenizedText(new int[0], 0))),
        PackedBatch.of(List.of(
            new TokenizedText(new int[] {1}, 1), new TokenizedText(new int[] {1, 2}, 2))))) {
      assertThatIllegalStateException()
          .isThrownBy(batch::commonLength)
          .withMessage("a batch must hold texts of one length, at least 1 token; this is a bug");
    }
  }

  @Test
  void positions_xlmRoberta_passOverPaddingTokens() {
    PackedBatch batch = PackedBatch.of(List.of(
        new TokenizedText(new int[] {0, 1, 9, 2}, 4), new TokenizedText(new int[] {0, 2}, 2)));
    assertThat(batch.positions(1)).containsExactly(2, 1, 3, 4, 2, 3);
    assertThat(batch.positions(-1)).containsExactly(0, 1, 2, 3, 0, 1);
  }

  static LongStream seeds() {
    return Seeds.upTo(20).stream();
  }

  /** Against a table that is filled in text by text. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void tokenOffset_randomLengths_namesEveryPlaceOnce(long seed) {
    Random random = new Random(seed);
    List<TokenizedText> texts = new ArrayList<>();
    int longest = 0;
    for (int i = 1 + random.nextInt(20); i > 0; i--) {
      int length = 1 + random.nextInt(1 << random.nextInt(7));
      texts.add(new TokenizedText(random.ints(length, 0, 99).toArray(), length));
      longest = Math.max(longest, length);
    }
    PackedBatch batch = PackedBatch.of(texts);
    int[] places = batch.tokenOffset();
    assertThat(batch.longest()).isEqualTo(longest);
    int[] table = new int[texts.size() * longest];
    Arrays.fill(table, -1);
    for (int i = 0; i < batch.tokenIds().length; i++) {
      table[places[i]] = batch.tokenIds()[i];
    }
    for (int text = 0; text < texts.size(); text++) {
      int[] row = Arrays.copyOf(texts.get(text).ids(), longest);
      Arrays.fill(row, texts.get(text).ids().length, longest, -1);
      assertThat(Arrays.copyOfRange(table, text * longest, (text + 1) * longest))
          .isEqualTo(row);
    }
    assertThat(Arrays.stream(places).sorted())
        .containsExactly(IntStream.range(0, table.length).boxed().toArray(Integer[]::new));
  }

  @Test
  void tokenOffset_noneOrEmpty_throws() {
    for (PackedBatch batch : List.of(
        PackedBatch.of(List.of()),
        PackedBatch.of(
            List.of(new TokenizedText(new int[] {1}, 1), new TokenizedText(new int[0], 0))))) {
      assertThatIllegalStateException()
          .isThrownBy(batch::tokenOffset)
          .withMessage("a batch must hold texts of at least 1 token; this is a bug");
    }
  }
}
