/**
 * Text to token ids, and these to batches; the only package that knows the tokenizer library.
 *
 * <p>Every type is thread-safe but for those that live while a file is read, and say so.
 */
@NullMarked
package io.github.bge4j.internal.text;

import org.jspecify.annotations.NullMarked;
