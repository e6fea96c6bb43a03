/** Tests of the command line; not thread-safe, nothing is shared. */
@NullMarked
package io.github.bge4j.examples.cli;

import org.jspecify.annotations.NullMarked;
