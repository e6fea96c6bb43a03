package io.github.bge4j;

/**
 * How well a passage answers a query.
 *
 * @param score the model's logit, or a number from 0 to 1 if the reranker
 *     {@linkplain BgeRerankerBuilder#normalize normalizes}; higher is better
 * @param tokenCount tokens that the model read of the pair, special tokens included
 * @param truncated whether the query or the passage was cut
 */
public record PairScore(double score, int tokenCount, boolean truncated) {}
