/**
 * Documents into Qdrant, and questions to it, by the official client.
 *
 * <p>Every type says itself whether it is thread-safe.
 */
@NullMarked
package io.github.bge4j.qdrant;

import org.jspecify.annotations.NullMarked;
