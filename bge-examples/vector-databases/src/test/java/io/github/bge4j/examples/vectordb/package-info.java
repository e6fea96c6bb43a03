/** Tests of the forms for vector databases. */
@NullMarked
package io.github.bge4j.examples.vectordb;

import org.jspecify.annotations.NullMarked;
