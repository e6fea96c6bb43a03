package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.ModelConfig;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.Weights;
import org.jspecify.annotations.Nullable;

/** Tells embedding models and rerankers apart, so that neither is taken for the other. */
final class ModelKind {

  private ModelKind() {}

  /**
   * Refuses a reranker.
   *
   * @throws ModelException if the configuration names a classifier or the weights hold one
   */
  static void requireEncoder(ModelConfig config, Weights weights) {
    if (isCrossEncoder(config, weights)) {
      throw new ModelException("an embedding model must have no classifier: " + weights.origin()
          + " is a reranker; use BgeReranker");
    }
  }

  /**
   * Refuses what is no reranker, and one that gives more than one score a pair.
   *
   * @throws ModelException if there is no classifier of one label
   */
  static void requireCrossEncoder(ModelConfig config, Weights weights) {
    if (!isCrossEncoder(config, weights)) {
      throw new ModelException("a reranker must have a classifier: " + weights.origin()
          + " is an embedding model; use BgeEmbedder, or a model such as BAAI/bge-reranker-v2-m3");
    }
    if (config.numLabels() != 1) {
      throw otherLabels(
          config.numLabels(),
          weights.origin() + " by config.json, whose num_labels or id2label say so (2 without)");
    }
  }

  /**
   * Refuses a folder whose states are pooled, and a reranker whose queries are to have a prompt.
   *
   * @param folder null if there is none
   * @throws ModelException if its files say so
   */
  static void requireReranker(@Nullable ModelFolder folder) {
    if (folder == null) {
      return;
    }
    if (folder.hasPooling()) {
      throw new ModelException("a reranker must have no Pooling among its modules: " + folder.root()
          + " has one; use BgeEmbedder");
    }
    if (!folder.prompts().always().isEmpty()) {
      throw new ModelException(
          "a reranker must have no default prompt: default_prompt_name names one," + " in "
              + folder.root() + "; put it before each query, and remove the name");
    }
  }

  static ModelException otherLabels(int labels, String model) {
    return new ModelException("a reranker must have 1 label, not " + labels + ": " + model
        + "; use a model that was trained for reranking, such as BAAI/bge-reranker-v2-m3");
  }

  private static boolean isCrossEncoder(ModelConfig config, Weights weights) {
    return config.isClassifier() || weights.hasClassifier(config);
  }
}
