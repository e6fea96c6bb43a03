/**
 * Text to token ids, and these to batches; the only package that knows the tokenizer library.
 *
 * <p>Every type is thread-safe.
 */
@NullMarked
package io.github.bge4j.internal.text;

import org.jspecify.annotations.NullMarked;
