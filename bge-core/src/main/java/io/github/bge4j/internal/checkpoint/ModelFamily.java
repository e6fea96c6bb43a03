package io.github.bge4j.internal.checkpoint;

/** An encoder architecture that can be compiled. */
public enum ModelFamily {
  BERT("bert", "bert.", 0),
  XLM_ROBERTA("xlm-roberta", "roberta.", 1);

  private final String typeName;
  private final String prefix;
  private final int defaultPadTokenId;

  ModelFamily(String typeName, String prefix, int defaultPadTokenId) {
    this.typeName = typeName;
    this.prefix = prefix;
    this.defaultPadTokenId = defaultPadTokenId;
  }

  /** Returns its {@code model_type}. */
  public String typeName() {
    return typeName;
  }

  /** Returns what may stand before the names of its weights. */
  String prefix() {
    return prefix;
  }

  int defaultPadTokenId() {
    return defaultPadTokenId;
  }
}
