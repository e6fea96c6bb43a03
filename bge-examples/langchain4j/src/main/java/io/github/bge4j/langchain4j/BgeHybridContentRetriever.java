package io.github.bge4j.langchain4j;

import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Query;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A retriever by several outputs of one model: dense, sparse and ColBERT vectors of the query come
 * from one pass, and a {@link HybridSearch} finds what fits them. LangChain4j's own stores and
 * retrievers know dense vectors only.
 *
 * <pre>{@code
 * ContentRetriever retriever = BgeHybridContentRetriever.builder(embedder, (query, embedding, max) ->
 *         store.search(embedding.dense(), embedding.lexicalWeights(), max))
 *     .maxResults(20)
 *     .build();
 * }</pre>
 *
 * <p>The query is embedded with the model's query instruction. The embedder is shared and is not
 * closed here.
 */
public final class BgeHybridContentRetriever implements ContentRetriever {

  /** How many contents are asked for unless the builder is told otherwise: 10. */
  public static final int DEFAULT_MAX_RESULTS = 10;

  private final BgeEmbedder embedder;
  private final HybridSearch search;
  private final Output[] outputs;
  private final int maxResults;
  private final RequestOptions options;

  private BgeHybridContentRetriever(Builder builder) {
    this.embedder = builder.embedder;
    this.search = builder.search;
    this.outputs = builder.outputs.toArray(Output[]::new);
    this.maxResults = builder.maxResults;
    this.options = builder.options;
  }

  /**
   * Returns a builder.
   *
   * @param embedder open; stays the caller's to close
   * @param search finds what fits an embedded query
   * @return a new builder
   */
  public static Builder builder(BgeEmbedder embedder, HybridSearch search) {
    return new Builder(embedder, search);
  }

  /**
   * Embeds the query once and searches with it.
   *
   * @param query the query
   * @return what the search found, as it gave it
   */
  @Override
  public List<Content> retrieve(Query query) {
    return unchecked(
        search, query, embedder.embed(query.text(), InputType.QUERY, options, outputs), maxResults);
  }

  /** Searches, and wraps what is checked. */
  static List<Content> unchecked(
      HybridSearch search, Query query, Embedding embedding, int maxResults) {
    try {
      return search.search(query, embedding, maxResults);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new LangChain4jException("the search of a store failed: " + e.getMessage(), e);
    }
  }

  /**
   * Does what {@link #retrieve} does without keeping the caller, unless too much is waiting.
   *
   * @param query the query
   * @return completes with what the search found; when it is cancelled before the search, work that
   *     has not begun is dropped
   */
  @Override
  public CompletableFuture<List<Content>> retrieveAsync(Query query) {
    return Futures.compose(
        embedder.embedAsync(query.text(), InputType.QUERY, options, outputs),
        embedding -> search.searchAsync(query, embedding, maxResults));
  }

  /** Settings of a {@link BgeHybridContentRetriever}. Not thread-safe. */
  public static final class Builder {

    private final BgeEmbedder embedder;
    private final HybridSearch search;
    private List<Output> outputs;
    private int maxResults = DEFAULT_MAX_RESULTS;
    private RequestOptions options = RequestOptions.query();

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
     * Sets the most contents that the search is to return. Default:
     * {@value BgeHybridContentRetriever#DEFAULT_MAX_RESULTS}. A reranker wants more than are used
     * in the end.
     *
     * @param contents at least 1
     * @return this
     * @throws InvalidOptionException if it is below 1
     */
    public Builder maxResults(int contents) {
      if (contents < 1) {
        throw new InvalidOptionException(
            "max results must be at least 1: " + contents + "; leave it unset for the default");
      }
      this.maxResults = contents;
      return this;
    }

    /**
     * Sets how long embedding the query may take; the search is not counted. Default: as long as it
     * takes.
     *
     * @param timeout from the call on; a call that cannot be done in time is refused at once
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder embeddingTimeout(Duration timeout) {
      this.options = RequestOptions.query().withDeadline(timeout);
      return this;
    }

    /**
     * Makes the retriever.
     *
     * @return a retriever with these settings
     */
    public BgeHybridContentRetriever build() {
      return new BgeHybridContentRetriever(this);
    }
  }
}
