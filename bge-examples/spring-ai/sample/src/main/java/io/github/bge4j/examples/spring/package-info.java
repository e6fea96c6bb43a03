/**
 * Questions over the factbook, answered with passages: a Spring AI application.
 *
 * <p>Every type is thread-safe.
 */
@NullMarked
package io.github.bge4j.examples.spring;

import org.jspecify.annotations.NullMarked;
