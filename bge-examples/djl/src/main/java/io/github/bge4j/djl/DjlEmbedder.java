package io.github.bge4j.djl;

import ai.djl.modality.nlp.EmbeddingOutput;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseVector;
import java.util.List;

/**
 * Embeds into DJL's {@link EmbeddingOutput}, as its {@code SparseRetrievalTranslator} does: the
 * dense vector, and lexical weights by token id in decimal. DJL has no place for ColBERT vectors.
 *
 * <p>DJL's ONNX Runtime engine sets up ONNX Runtime for the whole JVM, and fails if something else
 * did so before. A program that uses both calls {@code Engine.getEngine("OnnxRuntime")} before it
 * opens the first model of this library.
 *
 * <p>Thread-safe; the embedder remains its caller's to close.
 */
public final class DjlEmbedder {

  private final BgeEmbedder embedder;
  private final boolean sparse;

  /**
   * Takes an open embedder, and of what it gives all that DJL has a place for.
   *
   * @param embedder any
   */
  public DjlEmbedder(BgeEmbedder embedder) {
    this.embedder = embedder;
    this.sparse = embedder.outputs().contains(Output.SPARSE);
  }

  /**
   * Embeds texts in one call of the library, which is faster than a call for each.
   *
   * @param texts at least one
   * @param type whether they are queries or passages
   * @return one for each text in their order; weights by ascending token id, and null for a model
   *     or a text without any, as in DJL
   * @throws io.github.bge4j.BgeException if a text or the embedder cannot be used
   */
  public List<EmbeddingOutput> embed(List<String> texts, InputType type) {
    Output[] outputs =
        sparse ? new Output[] {Output.DENSE, Output.SPARSE} : new Output[] {Output.DENSE};
    return embedder.embed(texts, type, outputs).stream().map(this::output).toList();
  }

  private EmbeddingOutput output(Embedding embedding) {
    EmbeddingOutput output = new EmbeddingOutput();
    output.setDenseEmbedding(embedding.dense());
    if (sparse) {
      addWeights(output, embedding.lexicalWeights());
    }
    return output;
  }

  private static void addWeights(EmbeddingOutput output, SparseVector weights) {
    int[] ids = weights.indices();
    float[] values = weights.values();
    for (int i = 0; i < ids.length; i++) {
      output.addTokenWeights(String.valueOf(ids[i]), values[i]);
    }
  }
}
