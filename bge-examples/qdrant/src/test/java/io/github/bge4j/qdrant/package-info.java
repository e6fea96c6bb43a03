/** Tests of the ingest into Qdrant and of the search in it. */
@NullMarked
package io.github.bge4j.qdrant;

import org.jspecify.annotations.NullMarked;
