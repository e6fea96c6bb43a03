package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

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
}
