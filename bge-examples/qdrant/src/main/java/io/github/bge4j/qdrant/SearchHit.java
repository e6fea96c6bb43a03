package io.github.bge4j.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Map;

/**
 * A chunk that a search found.
 *
 * @param documentId id of its document
 * @param chunk its number in the document, from 0
 * @param title title of the document, empty for none
 * @param text the chunk's text
 * @param score higher is better: the reranker's if there is one, else the sum of ColBERT's maxima,
 *     the fused rank, or the similarity, whatever came last
 * @param metadata of the document, as the client has them; unmodifiable
 */
public record SearchHit(
    String documentId,
    int chunk,
    String title,
    String text,
    double score,
    Map<String, Value> metadata) {

  /** Returns what a reranker reads: title and text as one. */
  String passage() {
    return (title + " " + text).strip();
  }
}
