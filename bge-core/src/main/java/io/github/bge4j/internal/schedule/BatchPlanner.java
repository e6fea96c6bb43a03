package io.github.bge4j.internal.schedule;

import io.github.bge4j.internal.text.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Decides which texts run together on a CPU: texts of equal length only, so that nothing is ever
 * padded, and long texts first, so that the last runs of a call are short and the workers end
 * together.
 *
 * <p>A text's vector therefore does not depend on the texts around it. Grouping pays only where
 * single runs are too small to keep a core busy (docs/adr/0003).
 */
public final class BatchPlanner {

  /** Above this number of tokens a run gains nothing from more texts (docs/adr/0003). */
  public static final int DEFAULT_MAX_GROUPED_TOKENS = 128;

  private final int maxGroupedTokens;

  /**
   * Makes a planner whose runs of more than one text have at most {@code maxGroupedTokens} tokens.
   */
  public BatchPlanner(int maxGroupedTokens) {
    this.maxGroupedTokens = maxGroupedTokens;
  }

  /**
   * Plans the runs of one call; every text is in exactly one of them.
   *
   * @param texts not empty texts in the caller's order
   * @return runs, longest texts first; O(n log n) time
   */
  public List<PackedBatch> plan(List<TokenizedText> texts) {
    int[] order = IntStream.range(0, texts.size())
        .boxed()
        .sorted(
            (a, b) -> Integer.compare(texts.get(b).ids().length, texts.get(a).ids().length))
        .mapToInt(Integer::intValue)
        .toArray();
    List<PackedBatch> batches = new ArrayList<>();
    int from = 0;
    while (from < order.length) {
      int to = endOfGroup(texts, order, from);
      batches.add(pack(texts, order, from, to));
      from = to;
    }
    return batches;
  }

  private int endOfGroup(List<TokenizedText> texts, int[] order, int from) {
    int length = texts.get(order[from]).ids().length;
    int most = Math.max(1, maxGroupedTokens / length);
    int to = from + 1;
    while (to < order.length && to - from < most && texts.get(order[to]).ids().length == length) {
      to++;
    }
    return to;
  }

  private static PackedBatch pack(List<TokenizedText> texts, int[] order, int from, int to) {
    int length = texts.get(order[from]).ids().length;
    int[] members = new int[to - from];
    int[] tokenIds = new int[members.length * length];
    int[] offsets = new int[members.length + 1];
    int[] firstSegments = new int[members.length];
    for (int i = 0; i < members.length; i++) {
      members[i] = order[from + i];
      TokenizedText text = texts.get(members[i]);
      System.arraycopy(text.ids(), 0, tokenIds, i * length, length);
      offsets[i + 1] = (i + 1) * length;
      firstSegments[i] = text.firstSegment();
    }
    return new PackedBatch(members, tokenIds, offsets, firstSegments);
  }
}
