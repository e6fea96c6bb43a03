/**
 * What a batch executor does, as Micrometer meters.
 *
 * <p>Every type is thread-safe.
 */
@NullMarked
package io.github.bge4j.micrometer;

import org.jspecify.annotations.NullMarked;
