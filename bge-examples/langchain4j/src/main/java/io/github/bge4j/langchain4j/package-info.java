/**
 * BGE models as LangChain4j's own interfaces: {@code EmbeddingModel}, {@code ScoringModel} and
 * {@code ContentRetriever}.
 *
 * <p>An aggregator of contents is not here: LangChain4j's {@code ReRankingContentAggregator} fuses
 * the lists of all retrievers and queries by their ranks, has the scoring model score what is left
 * in one call, and sorts.
 *
 * <p>Nothing here owns a model: whoever opens a {@code BgeEmbedder} or a {@code BgeReranker} closes
 * it. Every type but the builders is immutable and thread-safe. Failures are the models' own
 * exceptions.
 */
@NullMarked
package io.github.bge4j.langchain4j;

import org.jspecify.annotations.NullMarked;
