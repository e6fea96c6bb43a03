package io.github.bge4j.spring;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import java.util.List;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;

/**
 * Retrieval by several outputs of one model: dense, sparse and multi-vector outputs of the query
 * come from one run, and a {@link HybridSearch} finds what fits them. Spring AI's own stores know
 * dense vectors only.
 *
 * <pre>{@code
 * DocumentRetriever retriever = BgeHybridDocumentRetriever.builder(embedder, (query, embedding, max) ->
 *         myStore.search(embedding.dense(), embedding.lexicalWeights(), max))
 *     .outputs(Output.DENSE, Output.SPARSE)
 *     .maxResults(20)
 *     .build();
 * }</pre>
 *
 * <p>Here {@code myStore} is the application's own. The query is embedded with the model's query
 * instruction. As thread-safe as the search. Owns neither the embedder nor the store.
 */
public final class BgeHybridDocumentRetriever implements DocumentRetriever {

  /** How many documents are asked for unless the builder is told otherwise: 10. */
  public static final int DEFAULT_MAX_RESULTS = 10;

  private final BgeEmbedder embedder;
  private final HybridSearch search;
  private final Output[] outputs;
  private final int maxResults;

  private BgeHybridDocumentRetriever(Builder builder) {
    embedder = builder.embedder;
    search = builder.search;
    outputs = builder.outputs.toArray(Output[]::new);
    maxResults = builder.maxResults;
  }

  /**
   * Returns a builder; all else has a default.
   *
   * @param embedder is not closed by the retriever
   * @param search finds what fits an embedded query
   * @return a new builder
   */
  public static Builder builder(BgeEmbedder embedder, HybridSearch search) {
    return new Builder(embedder, search);
  }

  /**
   * Searches; takes one run of the model.
   *
   * @param query its text is embedded as a query
   * @return what the search found, as it gave it
   * @throws IllegalStateException if the search throws a checked exception, which is its cause;
   *     what else it throws comes as it is
   */
  @Override
  public List<Document> retrieve(Query query) {
    Embedding embedding = embedder.embed(query.text(), InputType.QUERY, outputs);
    try {
      return search.search(query, embedding, maxResults);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("the search of a hybrid retriever failed: " + e, e);
    }
  }

  /** Settings of a {@link BgeHybridDocumentRetriever}. Not thread-safe. */
  public static final class Builder {

    private final BgeEmbedder embedder;
    private final HybridSearch search;
    private List<Output> outputs;
    private int maxResults = DEFAULT_MAX_RESULTS;

    private Builder(BgeEmbedder embedder, HybridSearch search) {
      this.embedder = embedder;
      this.search = search;
      this.outputs = List.copyOf(embedder.outputs());
    }

    /**
     * Sets what the search is given of a query. Default: all that the model gives.
     *
     * @param outputs at least one, of those that the model gives
     * @return this
     * @throws InvalidOptionException if there is none, or the model does not give one
     */
    public Builder outputs(Output... outputs) {
      List<Output> asked = List.of(outputs);
      if (asked.isEmpty() || !embedder.outputs().containsAll(asked)) {
        throw new InvalidOptionException("outputs of a query must be some of those that the model"
            + " gives, " + embedder.outputs() + ": " + asked + "; leave them unset for all");
      }
      this.outputs = asked;
      return this;
    }

    /**
     * Sets the most documents that the search is to return. Default:
     * {@value BgeHybridDocumentRetriever#DEFAULT_MAX_RESULTS}. A reranker wants more than are used
     * in the end.
     *
     * @param documents at least 1
     * @return this
     * @throws InvalidOptionException if it is below 1
     */
    public Builder maxResults(int documents) {
      if (documents < 1) {
        throw new InvalidOptionException(
            "max results must be at least 1: " + documents + "; leave it unset for the default");
      }
      this.maxResults = documents;
      return this;
    }

    /**
     * Makes the retriever.
     *
     * @return a retriever with these settings
     */
    public BgeHybridDocumentRetriever build() {
      return new BgeHybridDocumentRetriever(this);
    }
  }
}
