/** Tests of the worker pool. */
@NullMarked
package io.github.bge4j.batching;

import org.jspecify.annotations.NullMarked;
