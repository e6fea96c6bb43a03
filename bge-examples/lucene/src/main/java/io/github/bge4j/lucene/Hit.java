package io.github.bge4j.lucene;

/**
 * A document that a search found.
 *
 * @param document as it was added
 * @param score higher is better; what it measures depends on the request: a cosine, a dot product
 *     of sparse vectors, BM25, a fused score, a late-interaction score, or that of the reranker
 */
public record Hit(IndexedDocument document, double score) {}
