/**
 * Model sources by name, for the examples that let a user name a model.
 *
 * <p>Thread-safe: nothing here has state.
 */
@NullMarked
package io.github.bge4j.examples.models;

import org.jspecify.annotations.NullMarked;
