/** Tests of the auto-configuration, which run on both lines of Spring. */
@NullMarked
package io.github.bge4j.spring.boot;

import org.jspecify.annotations.NullMarked;
