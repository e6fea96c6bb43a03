/** Tests of the index. */
@NullMarked
package io.github.bge4j.examples.lucene;

import org.jspecify.annotations.NullMarked;
