package io.github.bge4j.internal.text;

import io.github.bge4j.ModelException;
import java.util.Arrays;

/** Reads from the tokens of a probe where the special tokens stand. */
final class TemplateProbe {

  private TemplateProbe() {}

  /**
   * Everything before the first and after the last token of the text itself is special.
   *
   * @param ids of a probe with special tokens
   * @param special 1 for each special token
   */
  static SequenceTemplate single(int[] ids, long[] special) {
    int first = skip(special, 0, 1);
    int end = ids.length;
    while (end > first && special[end - 1] == 1) {
      end--;
    }
    if (first == end) {
      throw new IllegalStateException("it gives no token for a probe");
    }
    if (first == 0 && end == ids.length) {
      throw new IllegalStateException(
          "it puts no special tokens around a text, which every BGE model needs");
    }
    return new SequenceTemplate(
        Arrays.copyOfRange(ids, 0, first), Arrays.copyOfRange(ids, end, ids.length));
  }

  /**
   * Special tokens, the first text, special tokens, the second text, special tokens.
   *
   * @param types token types of the probe
   */
  static PairTemplate pair(int[] ids, long[] special, long[] types) {
    int first = skip(special, 0, 1);
    int firstEnd = skip(special, first, 0);
    int second = skip(special, firstEnd, 1);
    int secondEnd = skip(special, second, 0);
    boolean complete =
        first > 0 && second > firstEnd && secondEnd > second && secondEnd < ids.length;
    int typeOne = skip(types, 0, 0);
    boolean typed = typeOne == second && skip(types, second, 1) == ids.length;
    if (!complete
        || skip(special, secondEnd, 1) != ids.length
        || !(typed || typeOne == ids.length)) {
      throw new ModelException(
          "a reranker's tokenizer must join two texts with special tokens before, between and after"
              + " them: its tokenizer.json gives token ids " + Arrays.toString(ids) + " of types "
              + Arrays.toString(types) + " for a pair of probes; use the tokenizer of the model");
    }
    return new PairTemplate(
        Arrays.copyOfRange(ids, 0, first),
        Arrays.copyOfRange(ids, firstEnd, second),
        Arrays.copyOfRange(ids, secondEnd, ids.length),
        typed);
  }

  /** Returns the first position from {@code from} on whose mark is another. */
  private static int skip(long[] marks, int from, long mark) {
    int at = from;
    while (at < marks.length && marks[at] == mark) {
      at++;
    }
    return at;
  }
}
