/**
 * What tests of several packages and modules share. Every type is thread-safe.
 *
 * <p>With {@code testing.hub}, it is all that is in the test-jar. Nothing here knows the library.
 */
@NullMarked
package io.github.bge4j.testing;

import org.jspecify.annotations.NullMarked;
