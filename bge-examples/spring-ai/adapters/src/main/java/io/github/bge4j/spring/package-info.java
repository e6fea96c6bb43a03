/**
 * BGE models as Spring AI's embedding model, document post-processor and document retriever.
 *
 * <p>Every type is thread-safe; builders are not.
 */
@NullMarked
package io.github.bge4j.spring;

import org.jspecify.annotations.NullMarked;
