/**
 * The API of what is published, as text, and what may change of it. For the tests of a build, in
 * one thread.
 */
@NullMarked
package io.github.bge4j.api;

import org.jspecify.annotations.NullMarked;
