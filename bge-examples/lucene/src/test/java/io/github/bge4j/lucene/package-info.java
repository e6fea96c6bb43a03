/** Tests of the index. */
@NullMarked
package io.github.bge4j.lucene;

import org.jspecify.annotations.NullMarked;
