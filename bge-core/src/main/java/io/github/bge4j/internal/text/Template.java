package io.github.bge4j.internal.text;

/**
 * The special tokens around a text, {@code [CLS] text [SEP]} for BERT, {@code <s> text </s>} for
 * XLM-RoBERTa; or around a query and a passage, {@code [CLS] query [SEP] passage [SEP]} and
 * {@code <s> query </s> </s> passage </s>}.
 *
 * @param prefix ids before the text or the query; not copied
 * @param separator ids between both; empty for one text; not copied
 * @param suffix ids after the text or the passage; not copied
 * @param typed whether the passage and what follows it have token type 1, as for BERT
 */
record Template(int[] prefix, int[] separator, int[] suffix, boolean typed) {

  private static final int[] NONE = {};

  static Template ofOne(int[] prefix, int[] suffix) {
    return new Template(prefix, NONE, suffix, false);
  }

  /** Returns how many special tokens there are. */
  int size() {
    return prefix.length + separator.length + suffix.length;
  }

  /**
   * Puts a pair together.
   *
   * @param query ids, of which the first {@code queryTokens} are taken
   * @param passage ids, of which the first {@code passageTokens} are taken
   * @param fullLength number of tokens of the pair if nothing were cut
   */
  TokenizedText join(
      int[] query, int queryTokens, int[] passage, int passageTokens, int fullLength) {
    int[] ids = new int[size() + queryTokens + passageTokens];
    int at = put(ids, 0, prefix, prefix.length);
    at = put(ids, at, query, queryTokens);
    at = put(ids, at, separator, separator.length);
    int firstSegment = typed ? at : ids.length;
    at = put(ids, at, passage, passageTokens);
    put(ids, at, suffix, suffix.length);
    return new TokenizedText(ids, firstSegment, fullLength);
  }

  private static int put(int[] target, int at, int[] source, int count) {
    System.arraycopy(source, 0, target, at, count);
    return at + count;
  }
}
