/**
 * Documents in a Lucene index in this process: dense, sparse, BM25 and hybrid search.
 *
 * <p>What is thread-safe says so.
 */
@NullMarked
package io.github.bge4j.lucene;

import org.jspecify.annotations.NullMarked;
