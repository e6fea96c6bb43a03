/** Tests of the service; not thread-safe, nothing is shared. */
@NullMarked
package io.github.bge4j.examples.facade;

import org.jspecify.annotations.NullMarked;
