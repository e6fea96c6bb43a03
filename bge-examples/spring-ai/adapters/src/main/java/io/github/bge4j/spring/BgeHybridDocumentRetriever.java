package io.github.bge4j.spring;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;

/**
 * Retrieval by several outputs of one model: embeds the query once, with all of them, and lets a
 * store search.
 *
 * <pre>{@code
 * new BgeHybridDocumentRetriever(embedder, (query, embedding) ->
 *     store.search(embedding.dense(), embedding.lexicalWeights(), 20), Output.DENSE, Output.SPARSE)
 * }</pre>
 *
 * <p>As thread-safe as the search. Owns neither the embedder nor the store.
 */
public final class BgeHybridDocumentRetriever implements DocumentRetriever {

  private final BgeEmbedder embedder;
  private final BiFunction<Query, Embedding, List<Document>> search;
  private final Output[] outputs;

  /**
   * Makes a retriever.
   *
   * @param embedder is not closed by the retriever
   * @param search gets the query, for its filters, and its embedding; returns documents, best first
   * @param outputs what the search needs; all that the model gives if nothing is named
   * @throws InvalidOptionException if the model does not give an output
   */
  public BgeHybridDocumentRetriever(
      BgeEmbedder embedder,
      BiFunction<Query, Embedding, List<Document>> search,
      Output... outputs) {
    Set<Output> given = embedder.outputs();
    Set<Output> asked = outputs.length == 0 ? given : Set.of(outputs);
    if (!given.containsAll(asked)) {
      throw new InvalidOptionException("outputs must be of those that the model gives, " + given
          + ": " + asked + "; BGE-M3 gives all");
    }
    this.embedder = embedder;
    this.search = search;
    this.outputs = asked.toArray(Output[]::new);
  }

  /**
   * Searches; takes one run of the model.
   *
   * @param query its text is embedded as a query
   * @return what the search found
   */
  @Override
  public List<Document> retrieve(Query query) {
    return search.apply(query, embedder.embed(query.text(), InputType.QUERY, outputs));
  }
}
