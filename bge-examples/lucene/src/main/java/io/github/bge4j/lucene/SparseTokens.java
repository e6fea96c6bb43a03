package io.github.bge4j.lucene;

import io.github.bge4j.sparse.SparseVector;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TermFrequencyAttribute;

/**
 * A sparse vector as a stream of tokens: the index as a decimal number, its impact as frequency.
 */
final class SparseTokens extends TokenStream {

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final TermFrequencyAttribute frequency = addAttribute(TermFrequencyAttribute.class);
  private final int[] indices;
  private final float[] weights;
  private int next;

  SparseTokens(SparseVector vector) {
    this.indices = vector.indices();
    this.weights = vector.values();
  }

  @Override
  public boolean incrementToken() {
    while (next < indices.length && weights[next] == 0) {
      next++;
    }
    if (next == indices.length) {
      return false;
    }
    clearAttributes();
    term.append(Integer.toUnsignedString(indices[next]));
    frequency.setTermFrequency(Math.toIntExact(SparseField.impact(weights[next])));
    next++;
    return true;
  }

  @Override
  public void reset() {
    next = 0;
  }
}
