package io.github.bge4j;

/**
 * What a text is for; it decides whether the query instruction is put before the text.
 *
 * @see BgeEmbedderBuilder#queryInstruction
 */
public enum InputType {
  /** A text that is searched with; the query instruction stands before it. */
  QUERY,
  /**
   * A text that is searched for; comes with the passage instruction, of which BGE models have none.
   */
  PASSAGE
}
