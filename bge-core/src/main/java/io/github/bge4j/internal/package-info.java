/**
 * What the rooms of the library share; not exported.
 *
 * <p>Every type is thread-safe.
 */
@NullMarked
package io.github.bge4j.internal;

import org.jspecify.annotations.NullMarked;
