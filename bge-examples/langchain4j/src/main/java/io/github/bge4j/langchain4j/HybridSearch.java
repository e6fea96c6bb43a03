package io.github.bge4j.langchain4j;

import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.query.Query;
import io.github.bge4j.Embedding;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A search of a store by all that the model says about a query; what a
 * {@link BgeHybridContentRetriever} asks. Must be thread-safe.
 *
 * <p>Contents should say their score and id ({@code ContentMetadata.SCORE} and
 * {@code EMBEDDING_ID}). A store that searches by each output apart can fuse the lists with
 * LangChain4j's {@code ReciprocalRankFuser}.
 */
@FunctionalInterface
public interface HybridSearch {

  /**
   * Finds what fits a query.
   *
   * @param query its text, and its metadata for filters
   * @param embedding of the text, with the outputs that the retriever asks for
   * @param maxResults the most to return, at least 1
   * @return best first; may be empty
   * @throws Exception whatever a store's client throws; callers get it in a
   *     {@code LangChain4jException} unless it is unchecked
   */
  List<Content> search(Query query, Embedding embedding, int maxResults) throws Exception;

  /**
   * Does what {@link #search} does without keeping the caller, which is a thread of the model. The
   * default searches in the common pool; stores with futures of their own do better.
   *
   * @param query its text, and its metadata for filters
   * @param embedding of the text, with the outputs that the retriever asks for
   * @param maxResults the most to return, at least 1
   * @return completes with what {@link #search} returns
   */
  default CompletableFuture<List<Content>> searchAsync(
      Query query, Embedding embedding, int maxResults) {
    return CompletableFuture.supplyAsync(
        () -> BgeHybridContentRetriever.unchecked(this, query, embedding, maxResults));
  }
}
