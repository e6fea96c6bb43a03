package io.github.bge4j.internal.text;

/**
 * The special tokens around one text: {@code [CLS] text [SEP]} for BERT, {@code <s> text </s>} for
 * XLM-RoBERTa.
 *
 * @param prefix ids before the text; not copied
 * @param suffix ids after the text; not copied
 */
record SequenceTemplate(int[] prefix, int[] suffix) {

  /** Returns how many special tokens stand around a text. */
  int size() {
    return prefix.length + suffix.length;
  }

  /**
   * Puts the special tokens around a text, of which only the beginning is kept if it does not fit:
   * first cut, then wrap, so that the closing token always stands last.
   *
   * @param content ids of the text
   * @param maxTokens most ids in the result, at least {@link #size()}
   * @return a new array of {@code min(content.length + size(), maxTokens)} ids
   */
  int[] wrap(int[] content, int maxTokens) {
    int kept = Math.min(content.length, maxTokens - size());
    int[] ids = new int[kept + size()];
    System.arraycopy(prefix, 0, ids, 0, prefix.length);
    System.arraycopy(content, 0, ids, prefix.length, kept);
    System.arraycopy(suffix, 0, ids, prefix.length + kept, suffix.length);
    return ids;
  }
}
