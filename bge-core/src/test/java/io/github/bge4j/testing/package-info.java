/**
 * What tests of several packages and modules share. Not thread-safe but where a type says so.
 *
 * <p>With {@code testing.hub}, it is all that is in the test-jar. Nothing here knows the library.
 */
@NullMarked
package io.github.bge4j.testing;

import org.jspecify.annotations.NullMarked;
