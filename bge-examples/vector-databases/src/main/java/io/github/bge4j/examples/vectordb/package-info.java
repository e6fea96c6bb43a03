/** Hybrid search in PostgreSQL with pgvector, in OpenSearch and in Milvus, by their own clients. */
@NullMarked
package io.github.bge4j.examples.vectordb;

import org.jspecify.annotations.NullMarked;
