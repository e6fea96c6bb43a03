/**
 * The command line of the library: {@code bge.jar}. Starts at
 * {@link io.github.bge4j.examples.cli.BgeCli}.
 *
 * <p>One command runs on one thread; nothing here is shared.
 */
@NullMarked
package io.github.bge4j.examples.cli;

import org.jspecify.annotations.NullMarked;
