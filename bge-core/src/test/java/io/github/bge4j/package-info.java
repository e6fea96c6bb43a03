/** Tests of the public API, and of rules that hold for the whole library. */
@NullMarked
package io.github.bge4j;

import org.jspecify.annotations.NullMarked;
