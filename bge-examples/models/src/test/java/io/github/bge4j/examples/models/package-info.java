/** Tests of finding models; not thread-safe, nothing is shared. */
@NullMarked
package io.github.bge4j.examples.models;

import org.jspecify.annotations.NullMarked;
