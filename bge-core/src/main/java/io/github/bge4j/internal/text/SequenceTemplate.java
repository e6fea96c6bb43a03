package io.github.bge4j.internal.text;

import java.util.Arrays;

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

  /** Returns ids without the special tokens around them, if they have all of those. */
  int[] unwrap(int[] ids) {
    int end = ids.length - suffix.length;
    boolean wrapped = ids.length >= size()
        && Arrays.equals(ids, 0, prefix.length, prefix, 0, prefix.length)
        && Arrays.equals(ids, end, ids.length, suffix, 0, suffix.length);
    return wrapped ? Arrays.copyOfRange(ids, prefix.length, end) : ids;
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
