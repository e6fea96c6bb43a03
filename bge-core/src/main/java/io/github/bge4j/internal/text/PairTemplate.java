package io.github.bge4j.internal.text;

/**
 * The special tokens around a query and a passage: {@code [CLS] query [SEP] passage [SEP]} for
 * BERT, {@code <s> query </s> </s> passage </s>} for XLM-RoBERTa.
 *
 * @param prefix ids before the query; not copied
 * @param separator ids between both; not copied
 * @param suffix ids after the passage; not copied
 * @param typed whether the passage and what follows it have token type 1, as for BERT
 */
record PairTemplate(int[] prefix, int[] separator, int[] suffix, boolean typed) {

  /** Returns how many special tokens stand around a pair. */
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
