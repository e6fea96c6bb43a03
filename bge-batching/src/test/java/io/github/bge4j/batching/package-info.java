/** Tests of the batch executor and the worker pool. */
@NullMarked
package io.github.bge4j.batching;

import org.jspecify.annotations.NullMarked;
