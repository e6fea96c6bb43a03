/** Tests of compiling graphs. */
@NullMarked
package io.github.bge4j.internal.graph;

import org.jspecify.annotations.NullMarked;
