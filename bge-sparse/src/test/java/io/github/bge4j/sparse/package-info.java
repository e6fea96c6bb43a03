/** Tests of the sparse vectors. */
@NullMarked
package io.github.bge4j.sparse;

import org.jspecify.annotations.NullMarked;
