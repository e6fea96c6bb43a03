package io.github.bge4j.internal.checkpoint;

/** An encoder architecture that can be compiled. */
public enum ModelFamily {
  /** Keeps the first layer of its classifier in the pooler. */
  BERT("bert", "Bert", 0, "pooler.dense", "classifier"),
  XLM_ROBERTA("xlm-roberta", "XLMRoberta", 1, "classifier.dense", "classifier.out_proj");

  private final String typeName;
  private final String className;
  private final int defaultPadTokenId;
  private final String poolerName;
  private final String classifierName;

  ModelFamily(
      String typeName,
      String className,
      int defaultPadTokenId,
      String poolerName,
      String classifierName) {
    this.typeName = typeName;
    this.className = className;
    this.defaultPadTokenId = defaultPadTokenId;
    this.poolerName = poolerName;
    this.classifierName = classifierName;
  }

  /** Returns its {@code model_type}. */
  public String typeName() {
    return typeName;
  }

  /** Returns the name of the first layer of a cross-encoder's classifier. */
  public String poolerName() {
    return poolerName;
  }

  /** Returns the name of the last layer of a cross-encoder's classifier. */
  public String classifierName() {
    return classifierName;
  }

  /** Returns how the names of its classes in transformers begin. */
  String className() {
    return className;
  }

  int defaultPadTokenId() {
    return defaultPadTokenId;
  }
}
