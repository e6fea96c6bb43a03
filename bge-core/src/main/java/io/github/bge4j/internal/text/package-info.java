/**
 * Text to token ids, and ids to the packed batch of a run; the only package that knows the
 * tokenizer library.
 *
 * <p>Every type is thread-safe.
 */
@NullMarked
package io.github.bge4j.internal.text;

import org.jspecify.annotations.NullMarked;
