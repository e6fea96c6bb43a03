/**
 * Embeddings and reranking over HTTP, in the shapes that OpenAI's, Cohere's and Jina's clients
 * read. Starts at {@link io.github.bge4j.examples.facade.Facade}.
 *
 * <p>Handlers are shared by all requests and thread-safe; what belongs to one request is not.
 */
@NullMarked
package io.github.bge4j.examples.facade;

import org.jspecify.annotations.NullMarked;
