/**
 * What tests of several packages and modules share. Every type is thread-safe.
 *
 * <p>Nothing here knows the library.
 */
@NullMarked
package io.github.bge4j.testing;

import org.jspecify.annotations.NullMarked;
