/** Tests of the meters of a batch executor. */
@NullMarked
package io.github.bge4j.micrometer;

import org.jspecify.annotations.NullMarked;
