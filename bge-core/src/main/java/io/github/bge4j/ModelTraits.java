package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.Prompts;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import java.nio.file.Path;

/**
 * How an embedding model is meant to be used.
 *
 * @param queryInstruction put before a query
 * @param passageInstruction put before a passage
 * @param recipe how a dense vector is made of token states
 * @param similarity how dense vectors are compared
 */
record ModelTraits(
    String queryInstruction,
    String passageInstruction,
    VectorRecipe recipe,
    Similarity similarity) {

  /** What holds for a BGE model of which nothing is known. */
  static final ModelTraits BGE = new ModelTraits("", "", VectorRecipe.BGE, Similarity.COSINE);

  /**
   * Reads the traits of a folder: what its files say goes before what follows from its name.
   *
   * @throws ModelException if it holds no embedding model
   */
  static ModelTraits of(ModelFolder folder) {
    Prompts prompts = folder.prompts();
    if (prompts.crossEncoder()) {
      throw new ModelException(
          "an embedding model must not be a CrossEncoder: its model_type says so," + " in "
              + folder.root() + "; use BgeReranker");
    }
    String query = prompts.query();
    String passage = prompts.passage();
    Similarity similarity = prompts.similarity();
    return new ModelTraits(
        query == null ? ModelPreset.named(name(folder.root())).queryInstruction() : query,
        passage == null ? "" : passage,
        folder.recipe(),
        similarity == null ? Similarity.COSINE : similarity);
  }

  /** Returns whether the model scales its dense vectors to length 1. */
  boolean unitLength() {
    return recipe.unitLength();
  }

  /** Returns whether the tokens of an instruction are pooled like those of the text. */
  boolean poolsPrompt() {
    return recipe.poolsPrompt();
  }

  /** In a cache of the hub, {@code models--OWNER--NAME/snapshots/COMMIT}. */
  private static String name(Path root) {
    Path folder = root.toAbsolutePath().normalize();
    int last = folder.getNameCount() - 1;
    String repository = last < 2 ? "" : folder.getName(last - 2).toString();
    if (repository.startsWith("models--") && folder.getName(last - 1).endsWith("snapshots")) {
      return repository.replaceFirst("^models--(.*--)?", "");
    }
    return last < 0 ? "" : folder.getName(last).toString();
  }
}
