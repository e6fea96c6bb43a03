package io.github.bge4j;

/**
 * A document in the order of relevance to a query.
 *
 * @param <D> type of the documents
 * @param index position of the document in the caller's list
 * @param document the document itself, as the caller passed it
 * @param score the model's logit, or a number from 0 to 1 if the reranker
 *     {@linkplain BgeRerankerBuilder#normalize normalizes}; higher is better
 * @param tokenCount tokens that the model read of query and document, special tokens included
 * @param truncated whether the query or the document was cut
 */
public record RankedDocument<D>(
    int index, D document, double score, int tokenCount, boolean truncated) {}
