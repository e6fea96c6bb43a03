/** Tests of the adapters, which run on both lines of Spring. */
@NullMarked
package io.github.bge4j.spring;

import org.jspecify.annotations.NullMarked;
