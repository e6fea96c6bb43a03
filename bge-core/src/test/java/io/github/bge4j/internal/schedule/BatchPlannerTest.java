package io.github.bge4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.bge4j.internal.text.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchPlannerTest {

  /** Re-run one failing case with {@code -Dbge.test.seed=N}. */
  static LongStream seeds() {
    Long pinned = Long.getLong("bge.test.seed");
    return pinned == null ? LongStream.range(0, 200) : LongStream.of(pinned);
  }

  @Test
  void plan_mixedLengths_groupsEqualOnesLongestFirst() {
    List<PackedBatch> batches = new BatchPlanner(8).plan(texts(2, 5, 2, 9, 2, 2, 2, 4, 4, 4));
    assertThat(batches.stream().map(batch -> Arrays.toString(batch.members())))
        .containsExactly("[3]", "[1]", "[7, 8]", "[9]", "[0, 2, 4, 5]", "[6]");
  }

  @Test
  void plan_group_liesEndToEndWithoutPadding() {
    PackedBatch batch = new BatchPlanner(8).plan(texts(3, 3)).get(0);
    assertThat(batch.texts()).isEqualTo(2);
    assertThat(batch.tokenIds()).containsExactly(0, 1, 2, 1000, 1001, 1002);
    assertThat(batch.offsets()).containsExactly(0, 3, 6);
    assertThat(batch.length(1)).isEqualTo(3);
    assertThat(batch.commonLength()).isEqualTo(3);
  }

  @Test
  void commonLength_lengthsDifferOrNothingThere_throws() {
    for (PackedBatch batch : List.of(
        new PackedBatch(
            new int[] {0, 1}, new int[] {1, 2, 3}, new int[] {0, 1, 3}, new int[] {1, 2}),
        new PackedBatch(new int[] {0}, new int[0], new int[] {0, 0}, new int[] {0}),
        new PackedBatch(new int[0], new int[0], new int[] {0}, new int[0]))) {
      assertThatIllegalStateException()
          .isThrownBy(batch::commonLength)
          .withMessage("a batch must hold texts of one length, at least 1 token; this is a bug");
    }
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void plan_anyLengths_holdsEveryTextOnceWithItsTokens(long seed) {
    Random random = new Random(seed);
    int budget = 1 + random.nextInt(200);
    int[] lengths =
        random.ints(1 + random.nextInt(300), 1, 2 + random.nextInt(100)).toArray();
    List<TokenizedText> texts = texts(lengths);
    List<Integer> seen = new ArrayList<>();
    int longest = Integer.MAX_VALUE;
    for (PackedBatch batch : new BatchPlanner(budget).plan(texts)) {
      int length = batch.commonLength();
      assertThat(length).isBetween(1, longest);
      longest = length;
      assertThat(batch.texts() == 1 || batch.tokenIds().length <= budget).isTrue();
      for (int i = 0; i < batch.texts(); i++) {
        seen.add(batch.members()[i]);
        assertThat(
                Arrays.copyOfRange(batch.tokenIds(), batch.offsets()[i], batch.offsets()[i + 1]))
            .isEqualTo(texts.get(batch.members()[i]).ids());
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, lengths.length).boxed().toList());
  }

  /** Text {@code i} has the ids {@code 1000 i}, {@code 1000 i + 1}, ... */
  private static List<TokenizedText> texts(int... lengths) {
    return IntStream.range(0, lengths.length)
        .mapToObj(i -> new TokenizedText(
            IntStream.range(0, lengths[i]).map(j -> 1000 * i + j).toArray(), lengths[i]))
        .toList();
  }
}
