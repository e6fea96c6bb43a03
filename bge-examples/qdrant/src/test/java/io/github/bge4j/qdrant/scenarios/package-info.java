/**
 * Five small programs, one for each use that bge_inference_service describes, on this library and
 * Qdrant's client. Each takes a model and the address of a server.
 */
@NullMarked
package io.github.bge4j.qdrant.scenarios;

import org.jspecify.annotations.NullMarked;
