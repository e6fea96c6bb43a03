/**
 * BGE models of a Spring Boot application, made by its properties.
 *
 * <p>Every type is immutable.
 */
@NullMarked
package io.github.bge4j.spring.boot;

import org.jspecify.annotations.NullMarked;
