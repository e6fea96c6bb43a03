/**
 * Checkpoints to ONNX graphs; writes the format and knows no runtime.
 *
 * <p>Builders are not thread-safe; what they build is immutable.
 */
@NullMarked
package io.github.bge4j.internal.graph;

import org.jspecify.annotations.NullMarked;
