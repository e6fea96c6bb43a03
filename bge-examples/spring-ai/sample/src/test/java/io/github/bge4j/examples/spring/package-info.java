/** Tests of the sample, and by it of everything together. */
@NullMarked
package io.github.bge4j.examples.spring;

import org.jspecify.annotations.NullMarked;
