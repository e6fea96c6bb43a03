/**
 * Comparisons with peers, on the same work in one run.
 *
 * <p>Programs, not a library.
 */
@NullMarked
package io.github.bge4j.benchmarks;

import org.jspecify.annotations.NullMarked;
