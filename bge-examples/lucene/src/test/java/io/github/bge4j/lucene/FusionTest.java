package io.github.bge4j.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.lucene.search.ScoreDoc;
import org.junit.jupiter.api.Test;

final class FusionTest {

  private static final ScoreDoc[] DENSE = {hit(1, 0.9f), hit(2, 0.8f), hit(3, 0.5f)};
  private static final ScoreDoc[] LEXICAL = {hit(3, 12), hit(1, 6), hit(4, 2)};

  private static ScoreDoc hit(int document, float score) {
    return new ScoreDoc(document, score);
  }

  private static void assertFused(Fusion fusion, int[] documents, double... scores) {
    ScoreDoc[] fused = fusion.fuse(DENSE, LEXICAL);
    assertThat(Arrays.stream(fused).mapToInt(hit -> hit.doc)).containsExactly(box(documents));
    for (int i = 0; i < scores.length; i++) {
      assertThat((double) fused[i].score).isCloseTo(scores[i], within(1e-6));
    }
  }

  private static Integer[] box(int[] numbers) {
    return Arrays.stream(numbers).boxed().toArray(Integer[]::new);
  }

  @Test
  void fuse_reciprocalRank_addsRanksOfBoth() {
    assertFused(
        Fusion.reciprocalRank(),
        new int[] {1, 3, 2, 4},
        1 / 61.0 + 1 / 62.0,
        1 / 63.0 + 1 / 61.0,
        1 / 62.0,
        1 / 63.0);
  }

  @Test
  void fuse_weighted_addsScoresFromWorstToBest() {
    assertFused(Fusion.weighted(1, 0.5), new int[] {1, 2, 3, 4}, 1 + 0.5 * 0.4, 0.75, 0.5, 0);
  }

  @Test
  void fuse_oneRankingEmpty_keepsTheOther() {
    assertThat(Fusion.weighted(1, 1).fuse(new ScoreDoc[0], LEXICAL))
        .extracting(hit -> hit.doc)
        .containsExactly(3, 1, 4);
  }

  @Test
  void settings_outOfBounds_areRefused() {
    assertThatThrownBy(() -> Fusion.reciprocalRank(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the rank constant must be at least 0: -1; 60 is usual");
    assertThatThrownBy(() -> Fusion.weighted(0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weights must be finite, not negative and not both 0: 0.0, 0.0; 1 and 1 weigh"
            + " both alike");
    assertThatThrownBy(() -> Fusion.weighted(Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
