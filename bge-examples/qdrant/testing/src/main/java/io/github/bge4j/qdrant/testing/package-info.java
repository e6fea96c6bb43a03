/**
 * A stand-in for a Qdrant server, for tests of any module.
 *
 * <p>Every type is thread-safe.
 */
@NullMarked
package io.github.bge4j.qdrant.testing;

import org.jspecify.annotations.NullMarked;
