package io.github.bge4j.spring;

import io.github.bge4j.Embedding;
import java.util.List;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;

/**
 * A search of a store by all that the model says about a query; what a
 * {@link BgeHybridDocumentRetriever} asks. Must be thread-safe if the retriever is to be.
 */
@FunctionalInterface
public interface HybridSearch {

  /**
   * Finds what fits a query.
   *
   * @param query its text, and its context for filters
   * @param embedding of the text, with the outputs that the retriever asks for
   * @param maxResults the most to return, at least 1
   * @return best first; may be empty
   * @throws Exception what the store throws
   */
  List<Document> search(Query query, Embedding embedding, int maxResults) throws Exception;
}
